package org.espalier.api;

/** How new numbers are drawn, each independently of the others. */
public sealed interface Initializer {

  /** Every element is {@code value}. */
  record Constant(double value) implements Initializer {
    /** Checks that the value is finite. */
    public Constant {
      check(Double.isFinite(value), "value", value, "finite");
    }
  }

  /** Normal distribution. */
  record Normal(double mean, double standardDeviation) implements Initializer {
    /** Checks the ranges. */
    public Normal {
      check(Double.isFinite(mean), "mean", mean, "finite");
      check(
          standardDeviation >= 0 && Double.isFinite(standardDeviation),
          "standard deviation",
          standardDeviation,
          "finite and at least 0");
    }
  }

  /**
   * Normal distribution, redrawn until within two standard deviations of the mean, as TensorFlow's
   * and BERT's initializer of that name.
   */
  record TruncatedNormal(double mean, double standardDeviation) implements Initializer {
    /** Checks the ranges. */
    public TruncatedNormal {
      check(Double.isFinite(mean), "mean", mean, "finite");
      check(
          standardDeviation >= 0 && Double.isFinite(standardDeviation),
          "standard deviation",
          standardDeviation,
          "finite and at least 0");
    }
  }

  /** Uniform distribution on {@code [from, to)}. */
  record Uniform(double from, double to) implements Initializer {
    /** Checks the range. */
    public Uniform {
      check(Double.isFinite(from), "from", from, "finite");
      check(to >= from && Double.isFinite(to), "to", to, "finite and at least from");
    }
  }

  /** Returns the initializer that gives zeros. */
  static Initializer zeros() {
    return new Constant(0);
  }

  private static void check(boolean legal, String field, double value, String range) {
    if (!legal) {
      throw new IllegalArgumentException(field + " is " + value + ", must be " + range);
    }
  }
}
