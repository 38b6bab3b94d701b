package org.espalier.tf.report;

import org.espalier.api.EspalierException;

/**
 * What a growth made its model of, as its plan tells.
 *
 * <p>Elements are counted by the rule of their parameter: those of a copy; those of a combination
 * that an old element goes into; those that are filled in, which are the others of a combination
 * too, as zeros or noise; those that a kernel computes.
 *
 * @param newBlocks blocks of the new model that go on with no old block
 * @param connectionRate share of neighbouring blocks that were neighbours before, from 0 to 1
 *     (G_stack, arXiv 2405.15319, appendix H)
 * @param copied elements copied
 * @param combined elements combined of old ones
 * @param filled elements without an old one
 * @param computed elements computed
 */
public record GrowthSources(
    int newBlocks, double connectionRate, long copied, long combined, long filled, long computed) {

  /** Checks that no count is negative. */
  public GrowthSources {
    if (newBlocks < 0
        || !(connectionRate >= 0 && connectionRate <= 1)
        || Math.min(Math.min(copied, combined), Math.min(filled, computed)) < 0) {
      throw new EspalierException(
          "a growth cannot make %d new blocks with connection rate %s, and copy %d, combine %d, fill %d and compute %d elements: allowed is 0 or more, and a rate of at most 1"
              .formatted(newBlocks, connectionRate, copied, combined, filled, computed));
    }
  }

  /** Elements of the new model. */
  public long elements() {
    return copied + combined + filled + computed;
  }

  /** Share of the elements that are copied or combined; 0 where there are none. */
  public double oldShare() {
    return share(copied + combined);
  }

  /** What {@code part} is of all elements; 0 where there are none. */
  double share(long part) {
    return elements() == 0 ? 0 : (double) part / (double) elements();
  }
}
