package org.espalier.operators;

import java.util.function.IntUnaryOperator;
import org.espalier.api.EspalierException;

/** In which order old blocks are repeated, from L blocks to L'. */
enum StackOrder {
  /** Whole copies of the model, then a remainder: 0 1 2 0 1 2 … */
  REPEAT,
  /** Each block in place, ⌊t·L/L'⌋: 0 0 1 1 2 2. */
  ALTERNATE,
  /** A copy of the middle L' − L blocks after them: 0 1 1 2. */
  MIDDLE,
  /** The model without its top, then without its bottom: 0 1 2 1 2 3. */
  OVERLAP;

  /**
   * Returns the old block that each new one is a copy of.
   *
   * @throws EspalierException if this order has no map between these numbers of blocks
   */
  IntUnaryOperator sources(int old, int count, StackRemainder remainder) {
    return switch (this) {
      case REPEAT -> remainder.sources(old, count);
      case ALTERNATE -> t -> (int) ((long) t * old / count);
      case MIDDLE -> middle(old, count - old);
      case OVERLAP -> overlap(old, count);
    };
  }

  /** MIDAS: of n = L/b groups of b = L' − L, group ⌈n/2⌉ − 1 comes twice. */
  private static IntUnaryOperator middle(int old, int added) {
    if (added > old || old % added != 0) {
      throw new EspalierException(
          "order 'middle' adds %d blocks, must add a number that divides the %d of the model"
              .formatted(added, old));
    }
    int end = (old / added + 1) / 2 * added;
    return t -> t < end ? t : t - added;
  }

  /** SOLAR: blocks 0 … L−m−1, then m … L−1, with m = L − L'/2. */
  private static IntUnaryOperator overlap(int old, int count) {
    if (count % 2 != 0 || count > 2L * old) {
      throw new EspalierException(
          "order 'overlap' makes %d blocks of %d, must make an even number of at most %d"
              .formatted(count, old, 2L * old));
    }
    int half = count / 2;
    return t -> t < half ? t : old - count + t;
  }
}
