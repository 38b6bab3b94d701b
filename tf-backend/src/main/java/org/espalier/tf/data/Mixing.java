package org.espalier.tf.data;

/**
 * Random numbers without state: each is a hash of a key and counters.
 *
 * <p>The mixer is the finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom
 * number generators, 2014; constants of Stafford's variant 13).
 */
final class Mixing {
  /** The odd number nearest to 2^64 divided by the golden ratio. */
  private static final long STEP = 0x9e3779b97f4a7c15L;

  private Mixing() {}

  static long mix(long value) {
    long z = value;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }

  /** A key derived from {@code key} and one more counter. */
  static long derive(long key, long counter) {
    return mix(key + STEP * (counter + 1));
  }

  /** A number in [0, 1) from the upper 53 bits of {@code bits}. */
  static double unit(long bits) {
    return (bits >>> 11) * 0x1.0p-53;
  }

  /** A number in [0, bound) from {@code bits}, uniform to within 2^-32. */
  static int below(int bound, long bits) {
    return (int) (((bits >>> 32) * bound) >>> 32);
  }
}
