package org.espalier.api;

import java.util.List;

/**
 * Applies a map to each axis of a tensor.
 *
 * <p>Sums run over the entries of the first axis's row outermost and the last axis's innermost,
 * each in the order of the row, in float64.
 */
final class Contraction {
  private Contraction() {}

  /** Returns the new elements, row-major. */
  static double[] of(HostTensor source, List<AxisMap> maps) {
    double[] values = source.values();
    if (maps.isEmpty()) {
      return values;
    }
    // Inner sums first: the last axis, then the one before it.
    for (int axis = maps.size() - 1; axis >= 0; axis--) {
      int outer = 1;
      for (int i = 0; i < axis; i++) {
        outer = Math.multiplyExact(outer, Math.toIntExact(source.shape().get(i)));
      }
      int inner = 1;
      for (int i = axis + 1; i < maps.size(); i++) {
        inner = Math.multiplyExact(inner, maps.get(i).newSize());
      }
      values = alongAxis(values, outer, maps.get(axis), inner);
    }
    return values;
  }

  private static double[] alongAxis(double[] values, int outer, AxisMap map, int inner) {
    if (map.isIdentity()) {
      return values;
    }
    int oldSize = map.oldSize();
    int newSize = map.newSize();
    double[] result = new double[Math.multiplyExact(Math.multiplyExact(outer, newSize), inner)];
    for (int i = 0; i < newSize; i++) {
      for (AxisMap.Entry entry : map.row(i)) {
        for (int o = 0; o < outer; o++) {
          int from = (o * oldSize + entry.index()) * inner;
          int to = (o * newSize + i) * inner;
          for (int k = 0; k < inner; k++) {
            result[to + k] += entry.weight() * values[from + k];
          }
        }
      }
    }
    return result;
  }
}
