package org.espalier.tf.train;

import org.espalier.api.OptimizerAlgorithm;
import org.espalier.api.OptimizerSettings;

/** Computes what {@link OptimizerNodes} are fed; pure and the same on every platform. */
final class UpdateRates {
  /** How many numbers a parameter has. */
  static final int PER_PARAMETER = 3;

  private UpdateRates() {}

  /**
   * Returns three numbers of each parameter, one parameter after the other: of {@link AdamW} rate,
   * ε′ and decay, of {@link Lamb} share, ε′ and rate.
   *
   * @param learningRates of each parameter
   * @param steps how often each parameter was updated, this update included
   */
  static double[] of(OptimizerSettings settings, double[] learningRates, long[] steps) {
    boolean adapted = settings.algorithm() == OptimizerAlgorithm.LAMB;
    double[] rates = new double[PER_PARAMETER * steps.length];
    for (int i = 0; i < steps.length; i++) {
      // StrictMath, because Math.pow may differ between interpreted and compiled code.
      double first = 1 - StrictMath.pow(settings.beta1(), (double) steps[i]);
      double second = Math.sqrt(1 - StrictMath.pow(settings.beta2(), (double) steps[i]));
      int at = PER_PARAMETER * i;
      rates[at] = (adapted ? 1 : learningRates[i]) * second / first;
      rates[at + 1] = settings.epsilon() * second;
      rates[at + 2] = adapted ? learningRates[i] : learningRates[i] * settings.weightDecay();
    }
    return rates;
  }
}
