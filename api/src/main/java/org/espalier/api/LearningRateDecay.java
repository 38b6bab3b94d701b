package org.espalier.api;

/**
 * How the learning rate falls from its peak to its end value, which it has at the last step.
 *
 * @param form of the fall
 * @param steps the last steps of the stage, in which it falls; the rate stays at its peak before. 0
 *     for all steps after the warm-up
 */
public record LearningRateDecay(Form form, long steps) {
  /** The form of a fall. */
  public enum Form {
    /** A straight line. */
    LINEAR,
    /** Half a period of a cosine (Loshchilov and Hutter, arXiv 1608.03983, section 3). */
    COSINE
  }

  /** A straight line over all steps after the warm-up. */
  public static final LearningRateDecay LINEAR = new LearningRateDecay(Form.LINEAR, 0);

  /** Checks the number of steps. */
  public LearningRateDecay {
    if (steps < 0) {
      throw new IllegalArgumentException("decay_steps is " + steps + ", must be at least 0");
    }
  }

  /** Returns how much of the way from peak to end is left at a part of the fall, both in [0, 1]. */
  double left(double part) {
    return form == Form.COSINE ? (1 + StrictMath.cos(Math.PI * part)) / 2 : 1 - part;
  }
}
