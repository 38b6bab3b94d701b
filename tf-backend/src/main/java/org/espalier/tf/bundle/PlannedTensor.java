package org.espalier.tf.bundle;

import java.util.List;
import org.tensorflow.proto.DataType;

/** A tensor that a {@link BundleWriter} will write, under no key yet. Immutable. */
public final class PlannedTensor {
  private final DataType dtype;
  private final List<Long> shape;
  private final Content content;

  PlannedTensor(DataType dtype, List<Long> shape, Content content) {
    this.dtype = dtype;
    this.shape = List.copyOf(shape);
    this.content = content;
  }

  DataType dtype() {
    return dtype;
  }

  List<Long> shape() {
    return shape;
  }

  Content content() {
    return content;
  }
}
