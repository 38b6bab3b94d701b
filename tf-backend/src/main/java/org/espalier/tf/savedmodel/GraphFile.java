package org.espalier.tf.savedmodel;

import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.tensorflow.proto.SavedModel;

/**
 * What a model's {@code saved_model.pb} will be.
 *
 * @param original the folder of the model whose file is taken byte for byte; empty if there is a
 *     new graph
 * @param built the new graph; empty if there is an original
 * @param sameSignatures whether its signatures have the names of those of the model it is made from
 */
public record GraphFile(
    Optional<Path> original, Optional<SavedModel> built, boolean sameSignatures) {

  /** Keeps the file of a model, whose bytes Python's fingerprint is of. */
  public static GraphFile copied(Path model) {
    return new GraphFile(Optional.of(model), Optional.empty(), true);
  }

  /** Takes a new graph in place of that of {@code source}. */
  public static GraphFile replacing(SavedModelDirectory source, SavedModel graph) {
    boolean same =
        graph
            .getMetaGraphs(0)
            .getSignatureDefMap()
            .keySet()
            .equals(source.metaGraph().getSignatureDefMap().keySet());
    return built(graph, same);
  }

  /** Takes a new graph. */
  public static GraphFile built(SavedModel graph, boolean sameSignatures) {
    return new GraphFile(Optional.empty(), Optional.of(graph), sameSignatures);
  }

  void write(Path file) throws IOException {
    if (original.isPresent()) {
      Files.copy(original.get().resolve(SavedModelDirectory.GRAPH), file);
      return;
    }
    try (OutputStream out = Files.newOutputStream(file)) {
      // Maps in the order of their keys: equal models give equal bytes in every process.
      CodedOutputStream coded = CodedOutputStream.newInstance(out);
      coded.useDeterministicSerialization();
      built.orElseThrow().writeTo(coded);
      coded.flush();
    }
  }
}
