package org.espalier.operators;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.espalier.api.MaskSpec;

/** How many blocks of weights are in use and how many an update moves. */
final class BlockCounts {
  // A ceiling must not count what only rounding put above a whole number.
  private static final double ROUNDING = 1e-9;

  private BlockCounts() {}

  /**
   * Returns ⌈(1 − sparsity)·blocks⌉, sparsity taken as the decimal number that it is written as.
   */
  static int active(int blocks, double sparsity) {
    return ceiling(BigDecimal.ONE.subtract(BigDecimal.valueOf(sparsity)), blocks);
  }

  /**
   * Returns ⌈⌈prune·active⌉ · ½(1 + cos(π·update/updates))⌉, or the number of free places if that
   * is less.
   */
  static int moved(MaskSpec mask, double prune, int update, int updates) {
    int most = ceiling(BigDecimal.valueOf(prune), mask.active());
    double share = 0.5 * (1 + StrictMath.cos(Math.PI * update / updates));
    int count = (int) Math.ceil(most * share - ROUNDING);
    return Math.min(Math.max(count, 0), mask.blocks() - mask.active());
  }

  private static int ceiling(BigDecimal share, int count) {
    return share
        .multiply(BigDecimal.valueOf(count))
        .setScale(0, RoundingMode.CEILING)
        .intValueExact();
  }
}
