package org.espalier.tf.weights;

import java.nio.ByteBuffer;
import org.espalier.api.DType;

/** Turns stored elements into float64 numbers and back; buffers are little-endian. */
final class Elements {
  private Elements() {}

  /** Takes {@code count} elements out of {@code from} and puts them into {@code to}. */
  static void decode(DType dtype, ByteBuffer from, double[] to, int at, int count) {
    int end = at + count;
    switch (dtype) {
      case FLOAT32 -> {
        for (int i = at; i < end; i++) {
          to[i] = from.getFloat();
        }
      }
      case FLOAT64 -> {
        for (int i = at; i < end; i++) {
          to[i] = from.getDouble();
        }
      }
      case FLOAT16 -> decode(SmallFloat.HALF, from, to, at, end);
      case BFLOAT16 -> decode(SmallFloat.BFLOAT, from, to, at, end);
      default -> {
        for (int i = at; i < end; i++) {
          to[i] = integer(dtype, from);
        }
      }
    }
  }

  private static void decode(SmallFloat format, ByteBuffer from, double[] to, int at, int end) {
    for (int i = at; i < end; i++) {
      to[i] = format.value(from.getShort());
    }
  }

  private static double integer(DType dtype, ByteBuffer from) {
    return switch (dtype) {
      case INT8 -> from.get();
      case UINT8, BOOL -> from.get() & 0xff;
      case INT16 -> from.getShort();
      case UINT16 -> from.getShort() & 0xffff;
      case INT32 -> from.getInt();
      case UINT32 -> from.getInt() & 0xffffffffL;
      case INT64 -> from.getLong();
      case UINT64 -> unsigned(from.getLong());
      default -> throw new AssertionError(dtype);
    };
  }

  private static double unsigned(long bits) {
    // Halving keeps the lowest bit, so that the rounding to float64 stays right.
    return bits >= 0 ? bits : 2.0 * ((bits >>> 1) | (bits & 1));
  }

  /** Puts numbers into {@code to}, each rounded once to the type. */
  static void encode(DType dtype, double[] from, int count, ByteBuffer to) {
    switch (dtype) {
      case FLOAT32 -> {
        // In bulk: a loop over arrays is several times as fast as one over a buffer.
        float[] floats = new float[count];
        for (int i = 0; i < count; i++) {
          floats[i] = (float) from[i];
        }
        to.asFloatBuffer().put(floats);
        to.position(to.position() + count * Float.BYTES);
      }
      case FLOAT64 -> {
        for (int i = 0; i < count; i++) {
          to.putDouble(from[i]);
        }
      }
      case FLOAT16 -> encode(SmallFloat.HALF, from, count, to);
      case BFLOAT16 -> encode(SmallFloat.BFLOAT, from, count, to);
      default -> {
        for (int i = 0; i < count; i++) {
          putInteger(dtype, Math.rint(from[i]), to);
        }
      }
    }
  }

  private static void encode(SmallFloat format, double[] from, int count, ByteBuffer to) {
    for (int i = 0; i < count; i++) {
      to.putShort(format.bits(from[i]));
    }
  }

  private static void putInteger(DType dtype, double value, ByteBuffer to) {
    long bits =
        dtype == DType.UINT64 && value >= 0x1p63
            ? (long) (value - 0x1p63) | 1L << 63
            : (long) value;
    switch (dtype.bytes()) {
      case 1 -> to.put((byte) bits);
      case 2 -> to.putShort((short) bits);
      case 4 -> to.putInt((int) bits);
      default -> to.putLong(bits);
    }
  }
}
