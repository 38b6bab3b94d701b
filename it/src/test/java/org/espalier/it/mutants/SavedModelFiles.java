package org.espalier.it.mutants;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.bundle.BundleWriter;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.MaskFile;
import org.espalier.tf.savedmodel.ModelRecord;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * The files of a SavedModel that a mutation changes.
 *
 * @param directory the model
 */
record SavedModelFiles(Path directory) {
  private static final String VARIABLES = "variables/variables";

  Path graph() {
    return directory.resolve("saved_model.pb");
  }

  Path index() {
    return directory.resolve(VARIABLES + ".index");
  }

  Path shard() {
    return directory.resolve(VARIABLES + ".data-00000-of-00001");
  }

  Path record() {
    return directory.resolve(ModelRecord.FILE);
  }

  Path masks() {
    return directory.resolve(MaskFile.FILE);
  }

  SavedModel savedModel() throws IOException {
    try (InputStream in = Files.newInputStream(graph())) {
      return SavedModel.parseFrom(in);
    }
  }

  void write(SavedModel model) throws IOException {
    try (OutputStream out = Files.newOutputStream(graph())) {
      model.writeTo(out);
    }
  }

  TrackableObjectGraph checkpointGraph() throws IOException {
    try (BundleReader reader = BundleReader.open(directory.resolve(VARIABLES))) {
      return TrackableObjectGraph.parseFrom(reader.readString(CheckpointGraph.KEY));
    }
  }

  /** Replaces the checkpoint's object graph; all checksums are right. */
  void write(TrackableObjectGraph graph) throws IOException {
    Path folder = Files.createTempDirectory(directory.getParent(), "bundle");
    try (BundleReader reader = BundleReader.open(directory.resolve(VARIABLES));
        BundleWriter writer = BundleWriter.create(folder.resolve("variables"))) {
      for (String key : reader.entries().keySet()) {
        if (!key.equals(CheckpointGraph.KEY)) {
          writer.copy(key, reader, key);
        }
      }
      writer.addString(CheckpointGraph.KEY, graph.toByteArray());
      writer.write(1, bytes -> {});
    }
    move(folder, directory.resolve("variables"));
  }

  private static void move(Path from, Path to) throws IOException {
    delete(to);
    Files.move(from, to);
  }

  /** Copies the model. */
  SavedModelFiles copy(Path target) throws IOException {
    try (Stream<Path> walk = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        Files.copy(path, target.resolve(directory.relativize(path).toString()));
      }
    }
    return new SavedModelFiles(target);
  }

  /** Returns every file and folder below {@code top} with its size and time of change. */
  static Map<String, String> listing(Path top) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(top)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        found.put(
            top.relativize(path).toString(),
            Files.isRegularFile(path)
                ? Files.size(path) + " " + Files.getLastModifiedTime(path)
                : "folder");
      }
    }
    return found;
  }

  static void delete(Path top) throws IOException {
    try (Stream<Path> walk = Files.walk(top)) {
      for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
