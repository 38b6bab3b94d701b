package org.espalier.tf.weights;

import java.util.Arrays;
import java.util.Optional;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.tf.bundle.BundleEntry;
import org.tensorflow.proto.DataType;

/** The element types of parameters and those of checkpoints, side by side. */
public final class ElementTypes {
  private ElementTypes() {}

  /** Returns the checkpoint's name of a parameter's element type. */
  public static DataType of(DType dtype) {
    return switch (dtype) {
      case FLOAT32 -> DataType.DT_FLOAT;
      case FLOAT64 -> DataType.DT_DOUBLE;
      case FLOAT16 -> DataType.DT_HALF;
      case BFLOAT16 -> DataType.DT_BFLOAT16;
      case INT8 -> DataType.DT_INT8;
      case INT16 -> DataType.DT_INT16;
      case INT32 -> DataType.DT_INT32;
      case INT64 -> DataType.DT_INT64;
      case UINT8 -> DataType.DT_UINT8;
      case UINT16 -> DataType.DT_UINT16;
      case UINT32 -> DataType.DT_UINT32;
      case UINT64 -> DataType.DT_UINT64;
      case BOOL -> DataType.DT_BOOL;
    };
  }

  /** Returns the element type that parameters of a checkpoint's type have, if they can have it. */
  public static Optional<DType> of(DataType type) {
    return Arrays.stream(DType.values()).filter(dtype -> of(dtype) == type).findFirst();
  }

  /**
   * Returns the element type of a checkpoint's tensor.
   *
   * @throws EspalierException if no parameter can have it
   */
  static DType of(BundleEntry entry) {
    return of(entry.dtype())
        .orElseThrow(
            () ->
                new EspalierException(
                    "Tensor '%s' has type %s, which no rule can take"
                        .formatted(entry.key(), entry.dtype())));
  }
}
