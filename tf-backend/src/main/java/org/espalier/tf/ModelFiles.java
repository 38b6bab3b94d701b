package org.espalier.tf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.BuiltGraph;
import org.espalier.tf.savedmodel.ModelRecord;

/**
 * What Espalier noted beside a model, and whether the model is still what it was then.
 *
 * @param record what was noted; empty if nothing was
 * @param built the mark of the graph, if it is genuine
 * @param fingerprint what the files are by now; empty if there is no record
 */
record ModelFiles(
    Optional<ModelRecord> record,
    Optional<BuiltGraph> built,
    CompletableFuture<Optional<String>> fingerprint) {

  /**
   * Reads the record of a model; its fingerprint is computed meanwhile.
   *
   * @throws EspalierException if the record is damaged
   */
  static ModelFiles read(Path model) {
    if (!Files.isRegularFile(model.resolve(ModelRecord.FILE))) {
      return new ModelFiles(
          Optional.empty(), Optional.empty(), CompletableFuture.completedFuture(Optional.empty()));
    }
    CompletableFuture<Optional<String>> fingerprint =
        CompletableFuture.supplyAsync(() -> fingerprint(model));
    Optional<ModelRecord> record = ModelRecord.read(model);
    return new ModelFiles(
        record, record.flatMap(known -> BuiltModel.mark(known, model)), fingerprint);
  }

  /** A file that is missing is told of by whoever needs it. */
  private static Optional<String> fingerprint(Path model) {
    try {
      return Optional.of(Fingerprint.of(model));
    } catch (EspalierException unreadable) {
      return Optional.empty();
    }
  }
}
