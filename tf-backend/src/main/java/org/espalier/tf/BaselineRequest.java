package org.espalier.tf;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.espalier.api.EspalierException;
import org.espalier.api.Schedule;
import org.espalier.api.Stage;
import org.espalier.api.TrainableSet;

/**
 * What is asked of a baseline beyond what the schedule says.
 *
 * @param steps how long it trains; empty for as many as all stages together, or for what {@code
 *     compute} says
 * @param compute how long it trains, as a multiple of the compute of all stages together, where
 *     what is zero in sparse models does not count; in place of steps
 * @param learningRate its peak; empty for the largest of all stages
 */
public record BaselineRequest(
    OptionalLong steps, OptionalDouble compute, OptionalDouble learningRate) {
  /** Checks the ranges. */
  public BaselineRequest {
    if (steps.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "baseline steps is " + steps.getAsLong() + ", must be 1 or more");
    }
    if (steps.isPresent() && compute.isPresent()) {
      throw new IllegalArgumentException("baseline steps and baseline compute exclude each other");
    }
    checkPositive("baseline compute", compute);
    checkPositive("baseline learning rate", learningRate);
  }

  /**
   * Checks that a baseline of a run of this schedule can be had.
   *
   * @throws EspalierException if compute is asked for, and the last stage, which tells what a step
   *     costs, does not train the whole model that the run ends with
   */
  public void check(Schedule grown) {
    Stage last = grown.stages().get(grown.stages().size() - 1);
    if (compute.isPresent()
        && !(last.grow().isEmpty() && last.train().trainable().equals(TrainableSet.ALL))) {
      throw new EspalierException(
          ("What a step of the baseline costs, the run's last stage would have to tell, but stage"
                  + " '%s' does not train the whole model that the run ends with; say how many steps"
                  + " the baseline is to train, in place of how much compute")
              .formatted(last.name()));
    }
  }

  private static void checkPositive(String what, OptionalDouble value) {
    if (!(value.orElse(1) > 0 && value.orElse(1) < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(what + " is " + value.getAsDouble() + ", must be above 0");
    }
  }

  /** Returns a request of nothing in particular. */
  public static BaselineRequest standard() {
    return new BaselineRequest(
        OptionalLong.empty(), OptionalDouble.empty(), OptionalDouble.empty());
  }
}
