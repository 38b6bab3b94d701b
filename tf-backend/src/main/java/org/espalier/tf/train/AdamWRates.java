package org.espalier.tf.train;

import org.espalier.api.OptimizerSettings;

/** Computes what {@link AdamW}'s update nodes are fed; pure and the same on every platform. */
final class AdamWRates {
  private AdamWRates() {}

  /**
   * Returns rate and ε of each parameter, then the decay.
   *
   * @param steps how often each parameter was updated, this update included
   */
  static double[] of(OptimizerSettings settings, double learningRate, long[] steps) {
    double[] rates = new double[2 * steps.length + 1];
    for (int i = 0; i < steps.length; i++) {
      // StrictMath, because Math.pow may differ between interpreted and compiled code.
      double first = 1 - StrictMath.pow(settings.beta1(), (double) steps[i]);
      double second = Math.sqrt(1 - StrictMath.pow(settings.beta2(), (double) steps[i]));
      rates[2 * i] = learningRate * second / first;
      rates[2 * i + 1] = settings.epsilon() * second;
    }
    rates[2 * steps.length] = learningRate * settings.weightDecay();
    return rates;
  }
}
