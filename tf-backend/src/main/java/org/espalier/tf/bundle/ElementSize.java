package org.espalier.tf.bundle;

import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.DataType;

/** The bytes that one element of each type takes in a bundle. */
public final class ElementSize {
  private ElementSize() {}

  /**
   * Returns the bytes of one element, or empty where elements differ in size (strings, variants).
   *
   * <p>Four-bit integers take a whole byte each, as TensorFlow stores them.
   *
   * @throws EspalierException if a bundle cannot hold the type
   */
  public static OptionalInt of(DataType dtype) {
    return switch (dtype) {
      case DT_STRING, DT_VARIANT -> OptionalInt.empty();
      case DT_BOOL,
          DT_INT8,
          DT_UINT8,
          DT_QINT8,
          DT_QUINT8,
          DT_FLOAT8_E5M2,
          DT_FLOAT8_E4M3FN,
          DT_INT4,
          DT_UINT4 ->
          OptionalInt.of(1);
      case DT_HALF, DT_BFLOAT16, DT_INT16, DT_UINT16, DT_QINT16, DT_QUINT16 -> OptionalInt.of(2);
      case DT_FLOAT, DT_INT32, DT_UINT32, DT_QINT32 -> OptionalInt.of(4);
      case DT_DOUBLE, DT_INT64, DT_UINT64, DT_COMPLEX64 -> OptionalInt.of(8);
      case DT_COMPLEX128 -> OptionalInt.of(16);
      default ->
          throw new EspalierException(
              "Element type " + dtype + " cannot be stored in a checkpoint by this version");
    };
  }
}
