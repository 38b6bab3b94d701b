package org.espalier.tf.weights;

/**
 * A binary floating-point format of 16 bits.
 *
 * <p>A float64 number is rounded once, to nearest, ties to even. Rounding by way of float32 would
 * round some numbers twice. Immutable.
 */
public final class SmallFloat {
  /** IEEE 754 binary16. */
  public static final SmallFloat HALF = new SmallFloat(11, -14);

  /** The upper half of a binary32. */
  public static final SmallFloat BFLOAT = new SmallFloat(8, -126);

  private static final int SIGN = 0x8000;
  private static final int MAGNITUDE = 0x7fff;

  /** Bits of the significand that are stored. */
  private final int stored;

  private final int leastExponent;
  private final int infinity;
  private final float[] values = new float[1 << 16];

  private SmallFloat(int precision, int leastExponent) {
    this.stored = precision - 1;
    this.leastExponent = leastExponent;
    this.infinity = MAGNITUDE >>> stored << stored;
    for (int bits = 0; bits < values.length; bits++) {
      values[bits] = decode(bits);
    }
  }

  /** Returns the number that 16 bits stand for. */
  public float value(short bits) {
    return values[bits & 0xffff];
  }

  /** Returns the bits of the nearest number. */
  public short bits(double value) {
    int sign = Double.doubleToRawLongBits(value) < 0 ? SIGN : 0;
    double magnitude = Math.abs(value);
    if (Double.isNaN(value)) {
      return (short) (sign | infinity | 1 << (stored - 1));
    } else if (Double.isInfinite(value)) {
      return (short) (sign | infinity);
    }
    int exponent = Math.max(Math.getExponent(magnitude), leastExponent);
    if (exponent > -leastExponent + 1) {
      return (short) (sign | infinity);
    }
    // In units of the last place; a carry runs over into the exponent, as it should.
    int significand = (int) Math.rint(Math.scalb(magnitude, stored - exponent));
    int bits = ((exponent - leastExponent) << stored) + significand;
    return (short) (sign | Math.min(bits, infinity));
  }

  private float decode(int bits) {
    int field = (bits & MAGNITUDE) >>> stored;
    int fraction = bits & ((1 << stored) - 1);
    float magnitude;
    if (field == infinity >>> stored) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (field == 0) {
      magnitude = Math.scalb((float) fraction, leastExponent - stored);
    } else {
      magnitude =
          Math.scalb((float) (fraction + (1 << stored)), field - 1 + leastExponent - stored);
    }
    return (bits & SIGN) == 0 ? magnitude : -magnitude;
  }
}
