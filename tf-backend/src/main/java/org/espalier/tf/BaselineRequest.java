package org.espalier.tf;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is asked of a baseline beyond what the schedule says.
 *
 * @param steps how long it trains; empty for as many as all stages together
 * @param learningRate its peak; empty for the largest of all stages
 */
public record BaselineRequest(OptionalLong steps, OptionalDouble learningRate) {
  /** Checks the ranges. */
  public BaselineRequest {
    if (steps.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "baseline steps is " + steps.getAsLong() + ", must be 1 or more");
    }
    if (!(learningRate.orElse(1) > 0 && learningRate.orElse(1) < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "baseline learning rate is " + learningRate.getAsDouble() + ", must be above 0");
    }
  }

  /** Returns a request of nothing in particular. */
  public static BaselineRequest standard() {
    return new BaselineRequest(OptionalLong.empty(), OptionalDouble.empty());
  }
}
