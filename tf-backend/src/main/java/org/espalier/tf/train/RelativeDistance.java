package org.espalier.tf.train;

/**
 * The distance 2 ‖a − b‖ / (‖a‖ + ‖b‖) of two tensors, Euclidean norms over all elements: 0 where
 * they are equal, both zero too, √2 for random ones of equal norm, 2 for opposite ones.
 */
final class RelativeDistance {
  private double first;
  private double other;
  private double difference;

  /** Adds an element of each. */
  void add(double a, double b) {
    first += a * a;
    other += b * b;
    difference += (a - b) * (a - b);
  }

  double value() {
    double norms = Math.sqrt(first) + Math.sqrt(other);
    return norms == 0 ? 0 : 2 * Math.sqrt(difference) / norms;
  }
}
