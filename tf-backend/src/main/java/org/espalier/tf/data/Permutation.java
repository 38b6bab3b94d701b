package org.espalier.tf.data;

/**
 * A seeded permutation of 0 … size - 1 that is computed, not stored.
 *
 * <p>A balanced Feistel network permutes the smallest power of four that holds the size; an image
 * outside the range is sent through again until it falls inside (cycle walking: Black and Rogaway,
 * Ciphers with arbitrary finite domains, 2002), four times on average at most.
 */
final class Permutation {
  private static final int ROUNDS = 6;

  private final long size;
  private final int halfBits;
  private final long mask;
  private final long[] roundKeys = new long[ROUNDS];

  Permutation(long size, long key) {
    this.size = size;
    int bits = Math.max(2, Long.SIZE - Long.numberOfLeadingZeros(size - 1));
    this.halfBits = (bits + 1) / 2;
    this.mask = (1L << halfBits) - 1;
    for (int i = 0; i < ROUNDS; i++) {
      roundKeys[i] = Mixing.derive(key, i);
    }
  }

  long at(long index) {
    long image = index;
    do {
      image = once(image);
    } while (image >= size);
    return image;
  }

  private long once(long value) {
    long left = value >>> halfBits;
    long right = value & mask;
    for (long key : roundKeys) {
      long next = left ^ (Mixing.mix(right ^ key) & mask);
      left = right;
      right = next;
    }
    return left << halfBits | right;
  }
}
