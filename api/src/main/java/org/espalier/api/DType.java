package org.espalier.api;

/** The element type of a parameter. */
public enum DType {
  /** IEEE 754 binary32. */
  FLOAT32(4, true),
  /** IEEE 754 binary64. */
  FLOAT64(8, true),
  /** IEEE 754 binary16. */
  FLOAT16(2, true),
  /** The upper half of a binary32. */
  BFLOAT16(2, true),
  /** Signed 8 bit. */
  INT8(1, false),
  /** Signed 16 bit. */
  INT16(2, false),
  /** Signed 32 bit. */
  INT32(4, false),
  /** Signed 64 bit. */
  INT64(8, false),
  /** Unsigned 8 bit. */
  UINT8(1, false),
  /** Unsigned 16 bit. */
  UINT16(2, false),
  /** Unsigned 32 bit. */
  UINT32(4, false),
  /** Unsigned 64 bit. */
  UINT64(8, false),
  /** One byte per truth value. */
  BOOL(1, false);

  private final int bytes;
  private final boolean floating;

  DType(int bytes, boolean floating) {
    this.bytes = bytes;
    this.floating = floating;
  }

  /** Returns the size of one element in bytes. */
  public int bytes() {
    return bytes;
  }

  /** Returns whether rules may do arithmetic on this type; other types are only copied. */
  public boolean isFloating() {
    return floating;
  }
}
