package org.espalier.tf.train;

import org.espalier.api.OptimizerSettings;

/** Computes what {@link AdamW}'s update nodes are fed; pure and the same on every platform. */
final class AdamWRates {
  private AdamWRates() {}

  /**
   * Returns rate, ε and decay of each parameter, one parameter after the other.
   *
   * @param learningRates of each parameter
   * @param steps how often each parameter was updated, this update included
   */
  static double[] of(OptimizerSettings settings, double[] learningRates, long[] steps) {
    double[] rates = new double[3 * steps.length];
    for (int i = 0; i < steps.length; i++) {
      // StrictMath, because Math.pow may differ between interpreted and compiled code.
      double first = 1 - StrictMath.pow(settings.beta1(), (double) steps[i]);
      double second = Math.sqrt(1 - StrictMath.pow(settings.beta2(), (double) steps[i]));
      rates[3 * i] = learningRates[i] * second / first;
      rates[3 * i + 1] = settings.epsilon() * second;
      rates[3 * i + 2] = learningRates[i] * settings.weightDecay();
    }
    return rates;
  }
}
