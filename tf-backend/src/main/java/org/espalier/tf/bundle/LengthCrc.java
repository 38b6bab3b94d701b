package org.espalier.tf.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/** Feeds numbers to a checksum as TensorFlow does: little-endian, of fixed width. */
final class LengthCrc {
  private static final long MAX_UINT32 = 0xffffffffL;

  private LengthCrc() {}

  static void addInt(CRC32C crc, int value) {
    add(crc, ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value));
  }

  static void addLong(CRC32C crc, long value) {
    add(crc, ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value));
  }

  /** Adds the length of a string: four bytes, or eight where four cannot hold it. */
  static void addStringLength(CRC32C crc, long length) {
    if (length <= MAX_UINT32) {
      addInt(crc, (int) length);
    } else {
      addLong(crc, length);
    }
  }

  private static void add(CRC32C crc, ByteBuffer number) {
    crc.update(number.flip());
  }
}
