package org.espalier.tf.family;

import static org.espalier.tf.family.Attributes.DYNAMIC;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The shapes of the results of operations, as far as they are known before a run. */
final class Shapes {
  private Shapes() {}

  /** The shape of an elementwise operation, by NumPy's rules. */
  static List<Long> broadcast(List<Long> left, List<Long> right) {
    int rank = Math.max(left.size(), right.size());
    List<Long> padded = padded(left, rank);
    List<Long> other = padded(right, rank);
    List<Long> sizes = new ArrayList<>();
    for (int i = 0; i < rank; i++) {
      long a = padded.get(i);
      long b = other.get(i);
      if (a != b && a > 1 && b > 1) {
        throw new IllegalArgumentException(left + " and " + right + " do not broadcast");
      }
      // A size above 1 decides; an unknown one may be 1 or more.
      sizes.add(a > 1 || b > 1 ? Math.max(a, b) : a == DYNAMIC || b == DYNAMIC ? DYNAMIC : 1L);
    }
    return sizes;
  }

  private static List<Long> padded(List<Long> sizes, int rank) {
    List<Long> padded = new ArrayList<>(Collections.nCopies(rank - sizes.size(), 1L));
    padded.addAll(sizes);
    return padded;
  }

  /** {@code sizes} with the last replaced. */
  static List<Long> withLast(List<Long> sizes, long last) {
    List<Long> replaced = new ArrayList<>(sizes);
    replaced.set(replaced.size() - 1, last);
    return replaced;
  }

  /** {@code sizes} with an axis of size 1 inserted. */
  static List<Long> expanded(List<Long> sizes, int axis) {
    List<Long> expanded = new ArrayList<>(sizes);
    expanded.add(axis, 1L);
    return expanded;
  }

  /** {@code sizes} in another order. */
  static List<Long> transposed(List<Long> sizes, int... order) {
    List<Long> transposed = new ArrayList<>();
    for (int axis : order) {
      transposed.add(sizes.get(axis));
    }
    return transposed;
  }

  /** The shape of rows of a table chosen by indices. */
  static List<Long> gathered(List<Long> indices, List<Long> table) {
    List<Long> gathered = new ArrayList<>(indices);
    gathered.addAll(table.subList(1, table.size()));
    return gathered;
  }
}
