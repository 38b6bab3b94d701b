package org.espalier.tf.report;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A checkpoint from which the run can continue is on the disk.
 *
 * @param at where it continues
 * @param directory where it lies
 */
public record CheckpointSaved(RunPosition at, Path directory) {

  /** Checks that both are there. */
  public CheckpointSaved {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(directory, "directory");
  }
}
