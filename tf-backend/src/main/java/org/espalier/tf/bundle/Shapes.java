package org.espalier.tf.bundle;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.proto.TensorShapeProto;

/** Arithmetic of tensor shapes that refuses what a file cannot hold. */
final class Shapes {
  /** TensorFlow's own limit. */
  private static final int MAX_RANK = 254;

  private Shapes() {}

  /**
   * Returns the number of elements.
   *
   * @throws ArithmeticException if it does not fit a long
   */
  static long elements(List<Long> shape) {
    if (shape.contains(0L)) {
      return 0;
    }
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    return elements;
  }

  /**
   * Returns the shape that a file states.
   *
   * @throws IllegalArgumentException if it is not a fully known shape
   */
  static List<Long> of(TensorShapeProto proto) {
    if (proto.getUnknownRank() || proto.getDimCount() > MAX_RANK) {
      throw new IllegalArgumentException("its rank is unknown or above " + MAX_RANK);
    }
    List<Long> shape = new ArrayList<>(proto.getDimCount());
    for (TensorShapeProto.Dim dim : proto.getDimList()) {
      if (dim.getSize() < 0) {
        throw new IllegalArgumentException("an axis has size " + dim.getSize());
      }
      shape.add(dim.getSize());
    }
    return shape;
  }

  /** Returns the message form of a shape; a scalar's is empty but present. */
  static TensorShapeProto proto(List<Long> shape) {
    TensorShapeProto.Builder proto = TensorShapeProto.newBuilder();
    shape.forEach(size -> proto.addDimBuilder().setSize(size));
    return proto.build();
  }
}
