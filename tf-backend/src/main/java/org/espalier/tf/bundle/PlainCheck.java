package org.espalier.tf.bundle;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** The checksum of elements of fixed size: over the bytes as stored. */
final class PlainCheck implements ContentCheck {
  private final CRC32C crc = new CRC32C();

  @Override
  public void update(ByteBuffer chunk) {
    crc.update(chunk);
  }

  @Override
  public int finish() {
    return (int) crc.getValue();
  }
}
