package org.espalier.tf.report;

import java.util.Objects;

/**
 * What the growths between two stages did to the held-out loss, measured on the same examples.
 *
 * @param at the stage that trains the grown model, and the steps done before it
 * @param before held-out loss of the trained model that was grown, nats per prediction; not a
 *     number where that model cannot take the stage's examples
 * @param after held-out loss of the grown model before its first step; not a number where that
 *     model cannot take the examples
 */
public record GrowthLoss(RunPosition at, double before, double after) implements RunEvent {

  /** Checks that the position is there. */
  public GrowthLoss {
    Objects.requireNonNull(at, "at");
  }
}
