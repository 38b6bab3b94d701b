package org.espalier.tf;

import org.espalier.api.EspalierException;

/**
 * Where TensorFlow runs.
 *
 * @param gpu number of the GPU, or -1 for the CPU
 */
public record Device(int gpu) {
  /** The processor. */
  public static final Device CPU = new Device(-1);

  /**
   * Returns the device written as {@code cpu} or {@code gpu:N}.
   *
   * @throws EspalierException if it is written otherwise
   */
  public static Device parse(String text) {
    if (text.equals("cpu")) {
      return CPU;
    }
    if (text.equals("gpu")) {
      return new Device(0);
    }
    if (text.matches("gpu:\\d{1,3}")) {
      return new Device(Integer.parseInt(text.substring(4)));
    }
    throw new EspalierException("Device '" + text + "' is unknown; write cpu or gpu:N");
  }

  /** Returns whether this is the processor. */
  public boolean isCpu() {
    return gpu < 0;
  }

  org.tensorflow.proto.ConfigProto config() {
    return new org.espalier.tf.train.DeviceSettings(toString(), 0, 0).config();
  }

  @Override
  public String toString() {
    return isCpu() ? "cpu" : "gpu:" + gpu;
  }
}
