package org.espalier.tf.bundle;

/** Puts a varint together from bytes that may come from different chunks. */
final class VarintAssembler {
  private long value;
  private int shift;

  /** Takes a byte and returns whether the varint is complete. */
  boolean take(byte next) throws DamagedContentException {
    if (shift >= Long.SIZE) {
      throw new DamagedContentException("a length takes more than ten bytes");
    }
    value |= (next & 0x7fL) << shift;
    shift += 7;
    return next >= 0;
  }

  /** Returns the complete value and starts over. */
  long result() throws DamagedContentException {
    long result = value;
    value = 0;
    shift = 0;
    if (result < 0) {
      throw new DamagedContentException("a length is negative");
    }
    return result;
  }
}
