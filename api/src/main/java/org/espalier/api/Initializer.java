package org.espalier.api;

/** How new numbers are drawn, each independently of the others. */
public sealed interface Initializer {

  /** Every element is {@code value}. */
  record Constant(double value) implements Initializer {}

  /** Normal distribution. */
  record Normal(double mean, double standardDeviation) implements Initializer {}

  /**
   * Normal distribution, redrawn until within two standard deviations of the mean, as TensorFlow's
   * and BERT's initializer of that name.
   */
  record TruncatedNormal(double mean, double standardDeviation) implements Initializer {}

  /** Uniform distribution on {@code [from, to)}. */
  record Uniform(double from, double to) implements Initializer {}

  /** Returns the initializer that gives zeros. */
  static Initializer zeros() {
    return new Constant(0);
  }
}
