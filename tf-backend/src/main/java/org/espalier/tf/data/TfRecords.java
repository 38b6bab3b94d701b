package org.espalier.tf.data;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.tf.bundle.MaskedCrc;

/**
 * The records of a TFRecord file, one after another.
 *
 * <p>A record is its length (8 bytes), the masked CRC32C of that, the bytes, and the masked CRC32C
 * of those, all little-endian (tensorflow/core/lib/io/record_reader.cc).
 */
final class TfRecords implements Closeable {
  private final InputStream in;
  private long left;

  private TfRecords(InputStream in, long left) {
    this.in = in;
    this.left = left;
  }

  static TfRecords open(Path file) throws IOException {
    return new TfRecords(new BufferedInputStream(Files.newInputStream(file)), Files.size(file));
  }

  /** Returns the next record, or null after the last. */
  byte[] next() throws IOException, MalformedImagesException {
    if (left == 0) {
      return null;
    }
    byte[] length = checked(Long.BYTES);
    long size = wrap(length).getLong();
    if (size < 0 || size > Math.min(left, Integer.MAX_VALUE - Long.BYTES)) {
      throw damaged();
    }
    return checked((int) size);
  }

  private byte[] checked(int size) throws IOException, MalformedImagesException {
    byte[] bytes = in.readNBytes(size);
    byte[] stored = in.readNBytes(Integer.BYTES);
    if (bytes.length < size || stored.length < Integer.BYTES) {
      throw damaged();
    }
    if (MaskedCrc.mask(MaskedCrc.of(bytes, 0, size)) != wrap(stored).getInt()) {
      throw damaged();
    }
    left -= size + Integer.BYTES;
    return bytes;
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static MalformedImagesException damaged() {
    return new MalformedImagesException(
        "is no uncompressed TFRecord file, or damaged: name one, or a .npz file of the arrays images and labels");
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
