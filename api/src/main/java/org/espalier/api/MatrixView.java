package org.espalier.api;

import java.util.List;
import java.util.Map;

/**
 * How a kernel is a matrix: the axes before {@code split} are its rows, the others its columns.
 *
 * @param split how many axes make the rows
 */
record MatrixView(int split) {

  static MatrixView of(Parameter kernel) {
    List<Axis> axes = kernel.axes();
    if (axes.size() == 2) {
      return new MatrixView(1);
    }
    int split = 0;
    boolean sided = axes.size() > 2;
    for (int i = 0; i < axes.size(); i++) {
      sided &= axes.get(i).side() != Axis.Side.NEITHER;
      if (i > 0 && axes.get(i).side() != axes.get(i - 1).side()) {
        sided &= split == 0;
        split = i;
      }
    }
    if (!sided || split == 0) {
      throw new EspalierException(
          "'%s' of shape %s and axes %s is no matrix: a mask needs two axes, or some IN axes beside some OUT axes"
              .formatted(kernel.name(), kernel.shape(), axes));
    }
    return new MatrixView(split);
  }

  MaskSpec mask(Parameter kernel, int block, Map<String, Integer> sizes) {
    for (int i = 0; i < kernel.axes().size(); i++) {
      Axis axis = kernel.axes().get(i);
      long inner = product(kernel.shape().subList(i + 1, i < split ? split : kernel.axes().size()));
      if (axis.segments().size() > 1) {
        for (Axis.Segment segment : axis.segments()) {
          requireDivided(kernel, block, segment.size(sizes) * inner, "the piece " + segment);
        }
      }
    }
    long rows = product(kernel.shape().subList(0, split));
    long columns = product(kernel.shape().subList(split, kernel.shape().size()));
    requireDivided(kernel, block, rows, "rows");
    requireDivided(kernel, block, columns, "columns");
    try {
      MaskSpec empty = new MaskSpec(rows, columns, block, 0);
      return empty.withActive(empty.blocks());
    } catch (IllegalArgumentException e) {
      throw new EspalierException(
          "'%s' cannot have a mask: %s".formatted(kernel.name(), e.getMessage()), e);
    }
  }

  private static void requireDivided(Parameter kernel, int block, long size, String what) {
    if (size < 1 || size % block != 0) {
      throw new EspalierException(
          "block is %d, which does not divide '%s' of shape %s: %s %s"
              .formatted(
                  block,
                  kernel.name(),
                  kernel.shape(),
                  what.startsWith("the") ? what + " has" : "as a matrix it has",
                  what.startsWith("the") ? size + " elements" : size + " " + what));
    }
  }

  private static long product(List<Long> sizes) {
    return sizes.stream().reduce(1L, Math::multiplyExact);
  }
}
