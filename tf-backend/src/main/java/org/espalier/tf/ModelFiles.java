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
    Optional<ModelRecord> record, Optional<BuiltGraph> built, Optional<Fingerprint> fingerprint) {

  /**
   * Reads the record and the fingerprint of a model, the one beside the other.
   *
   * @throws EspalierException if the record is damaged
   */
  static ModelFiles read(Path model) {
    if (!Files.isRegularFile(model.resolve(ModelRecord.FILE))) {
      return new ModelFiles(Optional.empty(), Optional.empty(), Optional.empty());
    }
    CompletableFuture<Optional<Fingerprint>> files =
        CompletableFuture.supplyAsync(() -> fingerprint(model));
    Optional<ModelRecord> record = ModelRecord.read(model);
    Optional<Fingerprint> fingerprint = files.join();
    return new ModelFiles(
        record,
        fingerprint.flatMap(found -> record.flatMap(known -> BuiltModel.mark(known, found))),
        fingerprint);
  }

  /** A file that is missing is told of by whoever needs it. */
  private static Optional<Fingerprint> fingerprint(Path model) {
    try {
      return Optional.of(Fingerprint.of(model));
    } catch (EspalierException unreadable) {
      return Optional.empty();
    }
  }
}
