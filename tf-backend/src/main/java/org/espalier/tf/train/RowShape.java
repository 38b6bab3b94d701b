package org.espalier.tf.train;

import java.util.List;
import java.util.Optional;
import org.tensorflow.ndarray.Shape;

/**
 * How the rows of a step, one for each label, lie in a tensor: its first axes count them, in order.
 *
 * <p>So [batch, sequence, width] and [batch · sequence, width] have the same rows.
 *
 * @param sizes of all axes
 * @param lead how many axes count the rows; the last of these is larger than 1
 */
record RowShape(List<Long> sizes, int lead) {
  /** Returns nothing if the first axes do not count so many rows. */
  static Optional<RowShape> of(Shape shape, long rows) {
    if (shape.isUnknown() || shape.hasUnknownDimension() || rows < 2) {
      return Optional.empty();
    }
    List<Long> sizes = shape.toListOrNull();
    long product = 1;
    for (int axis = 0; axis < sizes.size() && product < rows; axis++) {
      product *= sizes.get(axis);
      if (product == rows) {
        return Optional.of(new RowShape(sizes, axis + 1));
      }
    }
    return Optional.empty();
  }

  /** The sizes of one row. */
  List<Long> row() {
    return sizes.subList(lead, sizes.size());
  }

  int axes() {
    return sizes.size();
  }
}
