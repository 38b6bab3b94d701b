package org.espalier.tf.data;

import org.espalier.api.EspalierException;

/**
 * How much of a corpus is only measured on.
 *
 * @param fraction more than 0 and less than 1
 */
record HeldOutShare(double fraction) {
  HeldOutShare {
    if (!(fraction > 0 && fraction < 1)) {
      throw new EspalierException(
          "held-out fraction is %s: allowed is more than 0 and less than 1".formatted(fraction));
    }
  }

  /** That many of {@code size} tokens or images, and at least one. */
  long of(long size) {
    return (long) Math.ceil(size * fraction);
  }
}
