package org.espalier.api;

/**
 * How one dimension grows or shrinks: a map for the side that makes it and one for the side that
 * consumes it.
 *
 * @param copies M: applied to {@code OUT} axes
 * @param shares N: applied to {@code IN} axes
 */
public record WidthPair(AxisMap copies, AxisMap shares) {
  /** Checks that both maps have the same sizes. */
  public WidthPair {
    if (copies.oldSize() != shares.oldSize() || copies.newSize() != shares.newSize()) {
      throw new IllegalArgumentException(
          "M is %d x %d but N is %d x %d"
              .formatted(copies.newSize(), copies.oldSize(), shares.newSize(), shares.oldSize()));
    }
  }

  /** Returns the pair of {@code copies} and N = rownorm(Mᵀ)ᵀ. */
  public static WidthPair of(AxisMap copies) {
    return new WidthPair(copies, copies.transpose().rowNormalised().transpose());
  }
}
