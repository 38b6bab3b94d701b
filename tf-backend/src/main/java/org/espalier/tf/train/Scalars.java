package org.espalier.tf.train;

import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Reads scalar tensors. */
final class Scalars {
  private Scalars() {}

  /** Returns the value of a float32 or float64 scalar. */
  static double of(Tensor tensor) {
    if (tensor instanceof TFloat32 single) {
      return single.getFloat();
    } else if (tensor instanceof TFloat64 wide) {
      return wide.getDouble();
    }
    throw new IllegalArgumentException("a scalar of type " + tensor.dataType());
  }
}
