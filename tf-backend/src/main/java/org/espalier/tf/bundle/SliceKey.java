package org.espalier.tf.bundle;

import com.google.protobuf.ByteString;
import com.google.protobuf.ByteString.Output;
import java.nio.ByteBuffer;
import org.tensorflow.proto.TensorSliceProto;

/**
 * The index key of one slice of a tensor, in TensorFlow's order-preserving encoding.
 *
 * <p>The encoding is {@code OrderedCode} of {@code tensorflow/core/lib/strings/ordered_code.cc},
 * the layout that of {@code EncodeTensorNameSlice}: 0, the tensor's key, the rank, then start and
 * length of each axis.
 */
final class SliceKey {
  private static final int MAX_LENGTH = 10;

  private SliceKey() {}

  /** Returns whether an index key names a slice and not a tensor. */
  static boolean isSlice(ByteString key) {
    return !key.isEmpty() && key.byteAt(0) == 0;
  }

  static ByteString encode(ByteString key, TensorSliceProto slice) {
    Output out = ByteString.newOutput();
    writeUnsigned(out, 0);
    writeString(out, key);
    writeUnsigned(out, slice.getExtentCount());
    for (TensorSliceProto.Extent extent : slice.getExtentList()) {
      writeSigned(out, extent.getStart());
      writeSigned(out, extent.hasLength() ? extent.getLength() : -1);
    }
    return out.toByteString();
  }

  /** Writes 00 as 00 FF and FF as FF 00, then 00 01. */
  private static void writeString(Output out, ByteString string) {
    for (byte b : string) {
      out.write(b);
      if (b == 0) {
        out.write(0xff);
      } else if (b == (byte) 0xff) {
        out.write(0);
      }
    }
    out.write(0);
    out.write(1);
  }

  /** Writes the number of bytes, then the bytes from the highest that is not zero. */
  private static void writeUnsigned(Output out, long value) {
    int length = (Long.SIZE - Long.numberOfLeadingZeros(value) + 7) / 8;
    out.write(length);
    for (int i = length - 1; i >= 0; i--) {
      out.write((int) (value >>> (8 * i)));
    }
  }

  /** Writes big-endian two's complement whose first bits give length and sign. */
  private static void writeSigned(Output out, long value) {
    long magnitude = value < 0 ? ~value : value;
    int bits = Long.SIZE - Long.numberOfLeadingZeros(magnitude);
    int length = Math.max(1, (bits + 7) / 7);
    byte sign = (byte) (value < 0 ? 0xff : 0);
    byte[] bytes = new byte[MAX_LENGTH];
    ByteBuffer.wrap(bytes).put(sign).put(sign).putLong(value);
    int first = MAX_LENGTH - length;
    // The header is as many ones as there are bytes, over the first sixteen bits.
    int header = 0xffff << (16 - length);
    bytes[first] ^= (byte) (header >>> 8);
    if (length > 1) {
      bytes[first + 1] ^= (byte) header;
    }
    out.write(bytes, first, length);
  }
}
