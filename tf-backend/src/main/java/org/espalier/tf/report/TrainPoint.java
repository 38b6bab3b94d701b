package org.espalier.tf.report;

import java.util.Objects;

/**
 * One training step, or the mean of a few.
 *
 * @param at after the step
 * @param loss nats per predicted token; not a number when training diverged
 * @param learningRate the rate the step used
 * @param gradientNorm global norm before clipping
 * @param tokensPerSecond tokens trained on per second, lately
 */
public record TrainPoint(
    RunPosition at, double loss, double learningRate, double gradientNorm, double tokensPerSecond)
    implements RunEvent {

  /** Checks that the position is there. */
  public TrainPoint {
    Objects.requireNonNull(at, "at");
  }
}
