package org.espalier.tf.savedmodel;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;

/** Parses {@code saved_model.pb} and refuses what later passes could not stand. */
final class SavedModelReader {
  private static final String FILE = SavedModelDirectory.GRAPH;

  /** Nested attribute and structured values are this deep at most; protobuf's own limit is 100. */
  private static final int RECURSION_LIMIT = 100;

  private final Path path;

  SavedModelReader(Path path) {
    this.path = path;
  }

  SavedModelDirectory read() {
    if (!Files.exists(path)) {
      throw new EspalierException("No such directory: " + path);
    }
    if (!Files.isDirectory(path)) {
      throw new EspalierException(
          path + " is a file; give the directory of a SavedModel, which holds " + FILE);
    }
    Path file = path.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      if (Files.exists(path.resolve("saved_model.cpb"))) {
        throw new EspalierException(
            path
                + " holds a chunked saved_model.cpb, which TensorFlow itself cannot load; export it"
                + " again without experimental_image_format");
      }
      throw new EspalierException(
          path + " is not a SavedModel: it holds no " + FILE + "; give a directory that does");
    }
    return check(parse(file));
  }

  SavedModelDirectory check(SavedModel proto) {
    MetaGraphDef metaGraph = onlyMetaGraph(proto);
    Map<String, FunctionDef> functions = functions(metaGraph);
    new CallCheck(path, functions).run();
    new ObjectGraphCheck(path, metaGraph.getObjectGraphDef(), functions).run();
    new TopGraphCheck(path, metaGraph, functions).run();
    checkAssets(metaGraph);
    return new SavedModelDirectory(path, proto, functions);
  }

  private SavedModel parse(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      CodedInputStream coded = CodedInputStream.newInstance(in);
      coded.setSizeLimit(Integer.MAX_VALUE);
      coded.setRecursionLimit(RECURSION_LIMIT);
      SavedModel proto = SavedModel.parseFrom(coded);
      if (proto.getMetaGraphsCount() == 0) {
        throw new EspalierException(
            file + " holds no graph: it is empty, truncated or not a SavedModel");
      }
      return proto;
    } catch (InvalidProtocolBufferException e) {
      throw new EspalierException(
          file + " is truncated or damaged (" + e.getMessage() + "); copy or export it again", e);
    } catch (IOException e) {
      throw new EspalierException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private MetaGraphDef onlyMetaGraph(SavedModel proto) {
    String advice = "; export it from TensorFlow 2 with tf.saved_model.save or model.export";
    if (proto.getMetaGraphsCount() != 1) {
      throw new EspalierException(
          path
              + " is a version-1 SavedModel with "
              + proto.getMetaGraphsCount()
              + " meta graphs, a version-2 one has exactly one"
              + advice);
    }
    MetaGraphDef metaGraph = proto.getMetaGraphs(0);
    if (!metaGraph.hasObjectGraphDef()) {
      throw new EspalierException(
          path + " is a version-1 SavedModel: it has no object graph" + advice);
    }
    // TensorFlow is told a tag up to its first NUL.
    if (metaGraph.getMetaInfoDef().getTagsList().stream()
        .anyMatch(tag -> tag.isEmpty() || tag.indexOf('\0') >= 0)) {
      throw new EspalierException(
          path + " is damaged: one of its tags is no name; copy or export the model again");
    }
    return metaGraph;
  }

  private Map<String, FunctionDef> functions(MetaGraphDef metaGraph) {
    Map<String, FunctionDef> functions = new LinkedHashMap<>();
    for (FunctionDef function : metaGraph.getGraphDef().getLibrary().getFunctionList()) {
      String name = function.getSignature().getName();
      if (name.isEmpty() || functions.put(name, function) != null) {
        throw new EspalierException(
            path + " is damaged: its function library names '" + name + "' twice or not at all");
      }
    }
    return Collections.unmodifiableMap(functions);
  }

  private void checkAssets(MetaGraphDef metaGraph) {
    Path assets = path.resolve("assets").normalize();
    Set<String> tensors = new HashSet<>();
    for (AssetFileDef asset : metaGraph.getAssetFileDefList()) {
      String name = asset.getFilename();
      if (!tensors.add(asset.getTensorInfo().getName())) {
        throw new EspalierException(
            path + " is damaged: it gives an asset's path twice; copy or export the model again");
      }
      Path resolved;
      try {
        resolved = assets.resolve(name).normalize();
      } catch (java.nio.file.InvalidPathException e) {
        throw new EspalierException(path + " names an asset that is no file name: " + name, e);
      }
      if (name.isEmpty() || resolved.equals(assets) || !resolved.startsWith(assets)) {
        throw new EspalierException(
            path + " names the asset '" + name + "', which lies outside its assets folder");
      }
      // A model that is not on disk yet has no folder to look into.
      if (Files.isDirectory(path) && !Files.isRegularFile(resolved)) {
        throw new EspalierException(
            path + " lacks its asset '" + name + "'; copy or export the model again");
      }
    }
  }
}
