package org.espalier.tf.train;

/** The error function, to 1e-10 for arguments up to 3 in size, for recognising formulas. */
final class Erf {
  private Erf() {}

  /** Maclaurin series: erf(x) = 2/√π · Σ (−1)ⁿ·x²ⁿ⁺¹/(n!·(2n+1)). */
  static double of(double x) {
    double power = x;
    double sum = x;
    for (int n = 1; n < 80; n++) {
      power *= -x * x / n;
      sum += power / (2 * n + 1);
    }
    return 2 / Math.sqrt(Math.PI) * sum;
  }
}
