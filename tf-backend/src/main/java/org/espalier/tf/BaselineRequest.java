package org.espalier.tf;

import java.util.OptionalDouble;
import java.util.OptionalLong;

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
