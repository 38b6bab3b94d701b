package org.espalier.tf.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import org.espalier.tf.bundle.MaskedCrc;

/** Writes records behind each other, in the form that {@link TfRecords} reads. */
final class TfRecordWriter {
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int FRAME_BYTES = Long.BYTES + 2 * Integer.BYTES;

  private final WritableByteChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  TfRecordWriter(WritableByteChannel channel) {
    this.channel = channel;
  }

  /** Adds a record of less than a mebibyte. */
  void add(byte[] record) throws IOException {
    if (buffer.remaining() < record.length + FRAME_BYTES) {
      flush();
    }
    byte[] length =
        ByteBuffer.allocate(Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(record.length)
            .array();
    buffer.put(length).putInt(crc(length)).put(record).putInt(crc(record));
  }

  /** Writes what is left. */
  void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  private static int crc(byte[] bytes) {
    return MaskedCrc.mask(MaskedCrc.of(bytes, 0, bytes.length));
  }
}
