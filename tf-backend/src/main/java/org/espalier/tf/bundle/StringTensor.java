package org.espalier.tf.bundle;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** The stored form of a string tensor; {@link StringCheck} describes it. */
record StringTensor(ByteString bytes, int crc) {

  /** Returns the stored form of {@code strings}, with the checksum of its entry. */
  static StringTensor encode(List<byte[]> strings) {
    long size = Integer.BYTES;
    CRC32C crc = new CRC32C();
    for (byte[] string : strings) {
      size += CodedOutputStream.computeUInt64SizeNoTag(string.length) + (long) string.length;
      LengthCrc.addStringLength(crc, string.length);
    }
    int checksum = MaskedCrc.mask((int) crc.getValue());
    LengthCrc.addInt(crc, checksum);
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
    try {
      CodedOutputStream lengths = CodedOutputStream.newInstance(bytes);
      for (byte[] string : strings) {
        lengths.writeUInt64NoTag(string.length);
      }
      lengths.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("the buffer was sized for the lengths", e);
    }
    bytes.putInt(checksum);
    for (byte[] string : strings) {
      bytes.put(string);
      crc.update(string);
    }
    return new StringTensor(UnsafeByteOperations.unsafeWrap(bytes.array()), (int) crc.getValue());
  }

  /** Returns the strings of a stored form that {@link StringCheck} has passed. */
  static List<byte[]> decode(byte[] bytes, int elements) {
    try {
      CodedInputStream in = CodedInputStream.newInstance(bytes);
      int[] lengths = new int[elements];
      for (int i = 0; i < elements; i++) {
        lengths[i] = (int) in.readRawVarint64();
      }
      in.skipRawBytes(elements == 0 ? 0 : Integer.BYTES);
      List<byte[]> strings = new ArrayList<>(elements);
      for (int length : lengths) {
        strings.add(in.readRawBytes(length));
      }
      return strings;
    } catch (IOException e) {
      throw new UncheckedIOException("the stored form was checked before", e);
    }
  }
}
