package org.espalier.tf.family;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.espalier.tf.bundle.BundleWriter;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.GraphFile;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.espalier.tf.savedmodel.SavedModelWriter;

/** Writes a built model with its first values as a SavedModel directory. */
public final class FamilyWriter {
  private FamilyWriter() {}

  /**
   * Writes a model; a crash leaves either nothing or the whole.
   *
   * <p>The files' bytes depend on model and seed alone, not on the number of threads. Values are
   * drawn as they are written, so memory does not grow with the model.
   *
   * @param seed of the first values
   * @param target the directory to create
   * @param threads how many threads draw and write; at least 1
   * @param beside writes what else belongs into the directory, such as {@code assets.extra}, when
   *     {@code saved_model.pb} is there
   * @param progress takes the bytes of each chunk written, one call at a time but from any thread
   * @throws org.espalier.api.EspalierException if the target is refused or the disk is
   */
  public static void write(
      FamilyModel model,
      long seed,
      Path target,
      int threads,
      SavedModelWriter.Content beside,
      LongConsumer progress) {
    SavedModelWriter.write(
        null,
        target,
        new SavedModelWriter.Whole() {
          @Override
          public GraphFile write(Path staging) {
            writeVariables(model, seed, staging, threads, progress);
            return GraphFile.built(model.savedModel(), /* sameSignatures= */ true);
          }

          @Override
          public void complete(Path staging) throws IOException {
            beside.write(staging);
          }
        });
  }

  private static void writeVariables(
      FamilyModel model, long seed, Path staging, int threads, LongConsumer progress) {
    InitialValues values = new InitialValues(seed);
    BundleWriter bundle =
        BundleWriter.create(staging.resolve(SavedModelDirectory.VARIABLES_PREFIX));
    for (FamilyVariable variable : model.variables()) {
      bundle.add(
          variable.checkpointKey(),
          Types.of(variable.parameter().dtype()),
          variable.parameter().shape(),
          (offset, bytes) -> values.fill(variable, offset, bytes));
    }
    bundle.addString(CheckpointGraph.KEY, model.checkpointGraph().toByteArray());
    bundle.write(threads, progress);
  }
}
