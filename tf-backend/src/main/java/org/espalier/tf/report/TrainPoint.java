package org.espalier.tf.report;

import java.util.List;
import java.util.Objects;

/**
 * One training step, or the mean of a few.
 *
 * @param at after the step
 * @param loss nats per predicted token; not a number when training diverged
 * @param learningRate the rate the step used, of parameters without a group
 * @param groupLearningRates those of the stage's groups of parameters, in order
 * @param gradientNorm global norm before clipping
 * @param tokensPerSecond tokens trained on per second, lately
 */
public record TrainPoint(
    RunPosition at,
    double loss,
    double learningRate,
    List<Double> groupLearningRates,
    double gradientNorm,
    double tokensPerSecond)
    implements RunEvent {

  /** Makes a step of a stage without groups. */
  public TrainPoint(
      RunPosition at,
      double loss,
      double learningRate,
      double gradientNorm,
      double tokensPerSecond) {
    this(at, loss, learningRate, List.of(), gradientNorm, tokensPerSecond);
  }

  /** Copies the list and checks that the position is there. */
  public TrainPoint {
    Objects.requireNonNull(at, "at");
    groupLearningRates = List.copyOf(groupLearningRates);
  }
}
