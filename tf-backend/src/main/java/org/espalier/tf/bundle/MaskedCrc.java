package org.espalier.tf.bundle;

import java.util.zip.CRC32C;

/** LevelDB's disguise, and that of TFRecord, for a checksum stored beside the bytes it covers. */
public final class MaskedCrc {
  private static final int DELTA = 0xa282ead8;

  private MaskedCrc() {}

  /** Returns a CRC32C as it is stored. */
  public static int mask(int crc) {
    return Integer.rotateRight(crc, 15) + DELTA;
  }

  static int unmask(int masked) {
    return Integer.rotateLeft(masked - DELTA, 15);
  }

  /** Returns the unmasked CRC32C of a range. */
  public static int of(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }
}
