package org.espalier.api;

/**
 * Rounds float64 numbers to what an element type can hold: to the nearest, ties to even.
 *
 * <p>A float64 number is rounded once. Rounding by way of float32 would round some 16-bit results
 * twice.
 */
final class Rounding {
  private Rounding() {}

  /** Returns {@code value} as {@code dtype} holds it. */
  static double round(DType dtype, double value) {
    return switch (dtype) {
      case FLOAT64 -> value;
      case FLOAT32 -> (float) value;
      case FLOAT16 -> binary(value, 11, -14, 15);
      case BFLOAT16 -> binary(value, 8, -126, 127);
      default -> Math.rint(value);
    };
  }

  /**
   * Rounds to a binary format.
   *
   * @param precision bits of the significand, with the leading one
   * @param least exponent of the least normal number
   * @param greatest exponent of the greatest numbers; beyond them is infinity
   */
  private static double binary(double value, int precision, int least, int greatest) {
    if (value == 0 || !Double.isFinite(value)) {
      return value;
    }
    int exponent = Math.max(Math.getExponent(value), least);
    // The distance of neighbouring numbers here is 2^(exponent - precision + 1), exactly.
    int unit = exponent - precision + 1;
    double rounded = Math.scalb(Math.rint(Math.scalb(value, -unit)), unit);
    return Math.getExponent(rounded) > greatest
        ? Math.copySign(Double.POSITIVE_INFINITY, value)
        : rounded;
  }
}
