package org.espalier.tf.family;

import org.espalier.api.DType;
import org.tensorflow.proto.DataType;

/** TensorFlow's names of the types that our own models compute in. */
final class Types {
  private Types() {}

  static DataType of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> DataType.DT_FLOAT;
      case FLOAT64 -> DataType.DT_DOUBLE;
      default -> throw new IllegalArgumentException("our models do not compute in " + dtype);
    };
  }
}
