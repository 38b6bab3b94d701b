package org.espalier.tf.report;

import java.time.Duration;
import java.util.Objects;

/**
 * How a stage stands after one step, for a progress display.
 *
 * @param stage the stage, from 0
 * @param step steps done in the stage
 * @param steps steps planned in the stage
 * @param loss the step's loss, nats per predicted token
 * @param tokensPerSecond tokens trained on per second, lately
 * @param remaining estimated time until the stage ends
 */
public record StepProgress(
    int stage, long step, long steps, double loss, double tokensPerSecond, Duration remaining) {

  /** Checks that the estimate is there. */
  public StepProgress {
    Objects.requireNonNull(remaining, "remaining");
  }
}
