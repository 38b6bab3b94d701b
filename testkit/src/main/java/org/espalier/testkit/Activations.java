package org.espalier.testkit;

import org.espalier.api.ModelAttributes.Activation;

/** The activations of feed-forward layers. */
final class Activations {
  private Activations() {}

  static double apply(Activation activation, double x) {
    return switch (activation) {
      case RELU -> Math.max(0, x);
      case GELU -> x * normal(x);
      // Hendrycks and Gimpel, arXiv 1606.08415.
      case GELU_TANH ->
          0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
      case UNKNOWN -> throw new IllegalArgumentException("the activation is not known");
    };
  }

  /** Φ(x) by its series, x·e^(−x²/2)·Σ x²ᵏ/(1·3·…·(2k+1)) (Marsaglia, 2004). */
  private static double normal(double x) {
    if (Math.abs(x) > 8) {
      return x > 0 ? 1 : 0;
    }
    double sum = x;
    double term = x;
    for (int k = 3; Math.abs(term) > 1e-17 * Math.abs(sum); k += 2) {
      term *= x * x / k;
      sum += term;
    }
    return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
