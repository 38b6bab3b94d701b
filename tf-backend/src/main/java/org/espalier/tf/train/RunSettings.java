package org.espalier.tf.train;

import java.util.Objects;
import org.espalier.tf.report.ProgressListener;

/**
 * How a run uses the machine and what it does with what is there.
 *
 * @param device where the sessions run
 * @param resume whether to go on with an unfinished run in the same folder
 * @param acceptEnvironment whether to resume on another machine or build, giving up identical bits
 * @param progress told of every step
 */
public record RunSettings(
    DeviceSettings device, boolean resume, boolean acceptEnvironment, ProgressListener progress) {
  /** Checks that all are there. */
  public RunSettings {
    Objects.requireNonNull(device, "device");
    Objects.requireNonNull(progress, "progress");
  }
}
