package org.espalier.api;

import java.util.Objects;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Parameters of a stage that learn at a rate of their own.
 *
 * <p>What is left out is as in the stage's {@link OptimizerSettings}; the form of the fall always
 * is.
 *
 * @param parameters those of the group, of what the stage trains and no earlier group has
 * @param factor of the learning rate at every step
 * @param learningRate the peak
 * @param endLearningRate the value at the last step
 * @param warmupSteps steps to the peak
 * @param rewarm if there, the group's slots and step counts start at zero, whatever the growth
 *     before did with them, and in so many steps its rate rises from zero to where it then stands
 */
public record ParameterGroup(
    TrainableSet parameters,
    double factor,
    OptionalDouble learningRate,
    OptionalDouble endLearningRate,
    OptionalLong warmupSteps,
    OptionalLong rewarm) {

  /** Checks the ranges, and that something is said. */
  public ParameterGroup {
    Objects.requireNonNull(parameters, "parameters");
    check(
        factor > 0 && factor < Double.POSITIVE_INFINITY, "learning_rate_factor", factor, "above 0");
    learningRate.ifPresent(rate -> check(rate > 0, "learning_rate", rate, "above 0"));
    endLearningRate.ifPresent(rate -> check(rate >= 0, "end_learning_rate", rate, "at least 0"));
    warmupSteps.ifPresent(n -> check(n >= 0, "warmup_steps", (double) n, "at least 0"));
    rewarm.ifPresent(n -> check(n >= 0, "rewarm", (double) n, "at least 0"));
    if (factor != 1 && (learningRate.isPresent() || endLearningRate.isPresent())) {
      throw new IllegalArgumentException(
          "learning_rate_factor is %s beside a learning rate of the group's own; give one of them"
              .formatted(factor));
    }
    if (factor == 1
        && learningRate.isEmpty()
        && endLearningRate.isEmpty()
        && warmupSteps.isEmpty()
        && rewarm.isEmpty()) {
      throw new IllegalArgumentException(
          "learning_rate_factor is missing, as are learning_rate, end_learning_rate, warmup_steps and"
              + " rewarm; a group needs one of them");
    }
  }

  private static void check(boolean legal, String field, double value, String range) {
    if (!legal) {
      throw new IllegalArgumentException(field + " is " + value + ", must be " + range);
    }
  }

  /**
   * Returns the learning rate of a step, counted from 1, of a stage of {@code steps} steps.
   *
   * @param stage what the group's own settings replace
   */
  public double learningRate(OptimizerSettings stage, long step, long steps) {
    OptimizerSettings own =
        stage.withRates(
            learningRate.orElse(stage.learningRate()),
            endLearningRate.orElse(stage.endLearningRate()),
            warmupSteps.orElse(stage.warmupSteps()));
    double rate = factor * own.learningRate(step, steps);
    long rising = rewarm.orElse(0);
    return step < rising ? rate * (double) step / (double) rising : rate;
  }
}
