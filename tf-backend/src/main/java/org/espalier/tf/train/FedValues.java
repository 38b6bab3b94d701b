package org.espalier.tf.train;

import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** Makes tensors of the element type that an input has. */
final class FedValues {
  private FedValues() {}

  /** Returns integers as a tensor, which the caller closes; null for a type that cannot be fed. */
  static Tensor ofInts(int[] values, DataType dtype, Shape shape) {
    return switch (dtype) {
      case DT_INT32 -> TInt32.tensorOf(shape, DataBuffers.of(values));
      case DT_INT64 -> {
        long[] longs = new long[values.length];
        for (int i = 0; i < values.length; i++) {
          longs[i] = values[i];
        }
        yield TInt64.tensorOf(shape, DataBuffers.of(longs));
      }
      case DT_FLOAT, DT_DOUBLE -> {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
          floats[i] = values[i];
        }
        yield ofFloats(floats, dtype, shape);
      }
      case DT_BOOL -> {
        boolean[] booleans = new boolean[values.length];
        for (int i = 0; i < values.length; i++) {
          booleans[i] = values[i] != 0;
        }
        yield TBool.tensorOf(shape, DataBuffers.of(booleans));
      }
      default -> null;
    };
  }

  /** As {@link #ofInts}, of real numbers. */
  static Tensor ofFloats(float[] values, DataType dtype, Shape shape) {
    return switch (dtype) {
      case DT_FLOAT -> TFloat32.tensorOf(shape, DataBuffers.of(values));
      case DT_DOUBLE -> {
        double[] doubles = new double[values.length];
        for (int i = 0; i < values.length; i++) {
          doubles[i] = values[i];
        }
        yield TFloat64.tensorOf(shape, DataBuffers.of(doubles));
      }
      default -> null;
    };
  }
}
