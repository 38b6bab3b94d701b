package org.espalier.tf.bundle;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of a string tensor.
 *
 * <p>Stored are the lengths as varints, a masked checksum of the lengths, and the strings; checked
 * are the lengths as fixed integers, the stored checksum's bytes and the strings.
 */
final class StringCheck implements ContentCheck {
  private final CRC32C crc = new CRC32C();
  private final VarintAssembler length = new VarintAssembler();
  private long lengthsLeft;
  private int checksumBytesLeft = Integer.BYTES;
  private int checksum;
  private long bytesLeft;
  private boolean untouched = true;

  StringCheck(long elements) {
    lengthsLeft = elements;
  }

  @Override
  public void update(ByteBuffer chunk) throws DamagedContentException {
    while (chunk.hasRemaining()) {
      untouched = false;
      if (lengthsLeft > 0) {
        takeLength(chunk.get());
      } else if (checksumBytesLeft > 0) {
        takeChecksum(chunk.get());
      } else {
        bytesLeft -= chunk.remaining();
        crc.update(chunk);
      }
    }
  }

  private void takeLength(byte next) throws DamagedContentException {
    if (!length.take(next)) {
      return;
    }
    long value = length.result();
    LengthCrc.addStringLength(crc, value);
    lengthsLeft--;
    bytesLeft += value;
    if (bytesLeft < 0) {
      throw new DamagedContentException("its strings' lengths are impossible");
    }
  }

  private void takeChecksum(byte next) throws DamagedContentException {
    checksumBytesLeft--;
    checksum |= (next & 0xff) << (8 * (Integer.BYTES - 1 - checksumBytesLeft));
    if (checksumBytesLeft > 0) {
      return;
    }
    if (MaskedCrc.unmask(checksum) != (int) crc.getValue()) {
      throw new DamagedContentException("the checksum of its strings' lengths does not match");
    }
    LengthCrc.addInt(crc, checksum);
  }

  @Override
  public int finish() throws DamagedContentException {
    boolean nothing = untouched && lengthsLeft == 0;
    if (!nothing && (lengthsLeft > 0 || checksumBytesLeft > 0 || bytesLeft != 0)) {
      throw new DamagedContentException("its strings do not fill their bytes exactly");
    }
    return (int) crc.getValue();
  }
}
