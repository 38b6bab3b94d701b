package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;

/** Reads scalar tensors and short vectors. */
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

  /** Returns the elements of a float64 vector times {@code factor}. */
  static List<Double> vector(Tensor tensor, double factor) {
    if (tensor instanceof TFloat64 wide) {
      List<Double> values = new ArrayList<>();
      wide.scalars().forEach(element -> values.add(factor * element.getDouble()));
      return values;
    }
    throw new IllegalArgumentException("a vector of type " + tensor.dataType());
  }
}
