package org.espalier.tf.bundle;

/**
 * Joins CRC32C values of consecutive ranges into the value of the whole, so that ranges can be
 * written by several threads.
 *
 * <pre>
 * crc(A ‖ B) = crc(A) · x^(8·|B|) mod p  xor  crc(B)
 * </pre>
 *
 * in GF(2)[x] with CRC32C's polynomial p, bits reflected. The scheme is that of zlib's {@code
 * crc32_combine}.
 */
final class CrcChain {
  private static final int POLYNOMIAL = 0x82F63B78;

  /** The polynomial 1; reflected, so that the highest bit is the lowest power. */
  private static final int ONE = 1 << 31;

  private CrcChain() {}

  /** Returns the CRC32C of a range followed by another, from theirs and the second's length. */
  static int join(int first, int second, long secondLength) {
    return multiply(shift(secondLength), first) ^ second;
  }

  /** Returns x^(8·bytes) mod p. */
  private static int shift(long bytes) {
    int result = ONE;
    int square = ONE >>> 8;
    for (long left = bytes; left != 0; left >>>= 1) {
      if ((left & 1) != 0) {
        result = multiply(square, result);
      }
      square = multiply(square, square);
    }
    return result;
  }

  private static int multiply(int a, int b) {
    int product = 0;
    int power = b;
    for (int bit = ONE; bit != 0; bit >>>= 1) {
      if ((a & bit) != 0) {
        product ^= power;
      }
      power = (power & 1) != 0 ? (power >>> 1) ^ POLYNOMIAL : power >>> 1;
    }
    return product;
  }
}
