package org.espalier.tf;

import java.util.OptionalInt;
import org.espalier.tf.report.ProgressListener;
import org.espalier.tf.train.DeviceSettings;
import org.espalier.tf.train.RunSettings;

/**
 * How a run uses the machine and what it does with what is there.
 *
 * @param device where TensorFlow runs
 * @param threads threads of one TensorFlow operation; empty for the number of cores
 * @param resume whether to go on with an unfinished run in the same directory
 * @param acceptEnvironment whether to resume on another machine or build, giving up identical bits
 * @param progress told of every step
 * @param call how models made elsewhere are called
 */
public record RunOptions(
    Device device,
    OptionalInt threads,
    boolean resume,
    boolean acceptEnvironment,
    ProgressListener progress,
    ModelCall call) {

  /** Returns the options of a fresh run on the processor, watched by nobody. */
  public static RunOptions standard() {
    return new RunOptions(
        Device.CPU,
        OptionalInt.empty(),
        false,
        false,
        ProgressListener.silent(),
        ModelCall.BY_CONVENTION);
  }

  RunSettings settings() {
    return new RunSettings(
        new DeviceSettings(device.toString(), threads.orElse(0), 0),
        resume,
        acceptEnvironment,
        progress);
  }
}
