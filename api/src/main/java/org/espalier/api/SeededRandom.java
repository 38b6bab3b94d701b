package org.espalier.api;

/**
 * Random numbers by position: element {@code i} of a stream is a pure function of seed and i.
 *
 * <p>So any part of a tensor can be drawn by any thread in any order. The bits come from the
 * SplitMix64 finaliser (Steele, Lea and Flood, OOPSLA 2014) over a keyed counter. Immutable.
 */
public final class SeededRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;

  private final long key;

  private SeededRandom(long key) {
    this.key = key;
  }

  /** Returns the stream of {@code seed}. */
  public static SeededRandom of(long seed) {
    return new SeededRandom(mix(seed + GOLDEN_GAMMA));
  }

  /** Returns a stream that is independent of this one and of those of other names. */
  public SeededRandom stream(String name) {
    long hash = key;
    for (int i = 0; i < name.length(); i++) {
      hash = mix(hash * 31 + name.charAt(i) + GOLDEN_GAMMA);
    }
    // The length closes the name: else the stream "b" of the stream "a" would be the stream "ab".
    return new SeededRandom(mix(~hash + name.length()));
  }

  /** Returns a stream that is independent of this one and of those of other numbers. */
  public SeededRandom stream(long number) {
    // Rotated, since the key of a seed is mixed like the number and equal ones would cancel.
    return new SeededRandom(mix(Long.rotateLeft(key, 32) ^ mix(number + GOLDEN_GAMMA)));
  }

  /** Returns 64 random bits. */
  public long bits(long index) {
    return mix(key + (index + 1) * GOLDEN_GAMMA);
  }

  /** Returns a number in [0, 1). */
  public double uniform(long index) {
    return (bits(index) >>> 11) * 0x1.0p-53;
  }

  /** Returns a number in {@code [0, bound)}, with a bias below 2⁻³¹ for any bound. */
  public int below(long index, int bound) {
    if (bound < 1) {
      throw new IllegalArgumentException("bound is " + bound + ", must be at least 1");
    }
    return (int) (((bits(index) >>> 32) * bound) >>> 32);
  }

  /** Returns a number of the standard normal distribution (Box and Muller, 1958). */
  public double normal(long index) {
    return normal(index, 0);
  }

  /** Returns the element at {@code index} of a tensor filled by {@code initializer}. */
  public double draw(Initializer initializer, long index) {
    if (initializer instanceof Initializer.Constant constant) {
      return constant.value();
    } else if (initializer instanceof Initializer.Normal normal) {
      return normal.mean() + normal.standardDeviation() * normal(index);
    } else if (initializer instanceof Initializer.TruncatedNormal normal) {
      return normal.mean() + normal.standardDeviation() * truncatedNormal(index);
    } else if (initializer instanceof Initializer.Uniform uniform) {
      return uniform.from() + (uniform.to() - uniform.from()) * uniform(index);
    }
    throw new AssertionError(initializer);
  }

  private double truncatedNormal(long index) {
    for (int attempt = 0; ; attempt++) {
      double value = normal(index, attempt);
      if (Math.abs(value) <= 2) {
        return value;
      }
    }
  }

  private double normal(long index, int attempt) {
    long first = mix(bits(index) + 2L * attempt * GOLDEN_GAMMA);
    long second = mix(bits(index) + (2L * attempt + 1) * GOLDEN_GAMMA);
    double radius = StrictMath.sqrt(-2 * StrictMath.log(((first >>> 11) + 1) * 0x1.0p-53));
    return radius * StrictMath.cos(2 * Math.PI * ((second >>> 11) * 0x1.0p-53));
  }

  private static long mix(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
