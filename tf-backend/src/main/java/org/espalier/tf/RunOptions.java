package org.espalier.tf;

import java.util.OptionalInt;
import org.espalier.tf.report.ProgressListener;

/**
 * How a run uses the machine and what it does with what is there.
 *
 * @param device where TensorFlow runs
 * @param threads threads of one TensorFlow operation; empty for the number of cores
 * @param resume whether to go on with an unfinished run in the same directory
 * @param acceptEnvironment whether to resume on another machine or build, giving up identical bits
 * @param progress told of every step
 */
public record RunOptions(
    Device device,
    OptionalInt threads,
    boolean resume,
    boolean acceptEnvironment,
    ProgressListener progress) {}
