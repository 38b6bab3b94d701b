package org.espalier.tf.bundle;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of a variant tensor.
 *
 * <p>Stored are, for each element, its length as a varint, its bytes and a masked checksum of all
 * so far; checked are the length as eight bytes, the element and the stored checksum's bytes.
 */
final class VariantCheck implements ContentCheck {
  private final CRC32C crc = new CRC32C();
  private final VarintAssembler length = new VarintAssembler();
  private long elementsLeft;
  private boolean inElement;
  private long bytesLeft;
  private int checksumBytesLeft;
  private int checksum;

  VariantCheck(long elements) {
    elementsLeft = elements;
  }

  @Override
  public void update(ByteBuffer chunk) throws DamagedContentException {
    while (chunk.hasRemaining()) {
      if (!inElement) {
        takeLength(chunk.get());
      } else if (bytesLeft > 0) {
        ByteBuffer part = chunk.slice();
        part.limit((int) Math.min(bytesLeft, part.remaining()));
        chunk.position(chunk.position() + part.remaining());
        bytesLeft -= part.remaining();
        crc.update(part);
      } else {
        takeChecksum(chunk.get());
      }
    }
  }

  private void takeLength(byte next) throws DamagedContentException {
    if (elementsLeft == 0) {
      throw new DamagedContentException("bytes follow its last element");
    }
    if (length.take(next)) {
      bytesLeft = length.result();
      LengthCrc.addLong(crc, bytesLeft);
      inElement = true;
      checksum = 0;
      checksumBytesLeft = Integer.BYTES;
    }
  }

  private void takeChecksum(byte next) throws DamagedContentException {
    checksumBytesLeft--;
    checksum |= (next & 0xff) << (8 * (Integer.BYTES - 1 - checksumBytesLeft));
    if (checksumBytesLeft > 0) {
      return;
    }
    if (MaskedCrc.unmask(checksum) != (int) crc.getValue()) {
      throw new DamagedContentException("the checksum of an element does not match");
    }
    LengthCrc.addInt(crc, checksum);
    inElement = false;
    elementsLeft--;
  }

  @Override
  public int finish() throws DamagedContentException {
    if (elementsLeft > 0) {
      throw new DamagedContentException(elementsLeft + " of its elements are missing");
    }
    return (int) crc.getValue();
  }
}
