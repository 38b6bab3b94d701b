package org.espalier.tf.data;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.espalier.tf.bundle.MaskedCrc;

/**
 * The records of a TFRecord file, one after another.
 *
 * <p>A record is its length (8 bytes), the masked CRC32C of that, the bytes, and the masked CRC32C
 * of those, all little-endian (tensorflow/core/lib/io/record_reader.cc).
 */
final class TfRecords implements Closeable {
  private static final int HEADER_BYTES = Long.BYTES + Integer.BYTES;

  /** What a tf.Example begins with: the tag of its only field. */
  private static final int EXAMPLE = 0x0a;

  /** The names that such files are given, with the number of a shard. */
  private static final Pattern NAME =
      Pattern.compile("\\.tf_?records?(-\\d+-of-\\d+)?(\\.gz)?$", Pattern.CASE_INSENSITIVE);

  private final InputStream in;
  private final long size;
  private long left;
  private long start;
  private long records;

  private TfRecords(InputStream in, long size) {
    this.in = in;
    this.size = size;
    this.left = size;
  }

  static TfRecords open(Path file) throws IOException {
    return new TfRecords(new BufferedInputStream(Files.newInputStream(file)), Files.size(file));
  }

  /**
   * Whether a file means to be of this kind, as a damaged one must not be read as something else:
   * by its name, or by its first bytes, in which a length agrees with its checksum, or nearly is
   * one and stands before a {@code tf.Example}.
   */
  static boolean isMeant(Path file) throws IOException {
    if (NAME.matcher(file.toString()).find()) {
      return true;
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] header = in.readNBytes(HEADER_BYTES);
      if (header.length < HEADER_BYTES) {
        return false;
      }
      if (crc(header, Long.BYTES) == wrap(header).getInt(Long.BYTES)) {
        return true;
      }
      long zeros = IntStream.range(Integer.BYTES, Long.BYTES).filter(i -> header[i] == 0).count();
      return zeros >= Integer.BYTES - 1 && in.read() == EXAMPLE;
    }
  }

  /** Returns the next record, or null after the last. */
  byte[] next() throws IOException, MalformedRecordsException {
    if (left == 0) {
      return null;
    }
    start = size - left;
    byte[] length = checked(Long.BYTES);
    long promised = wrap(length).getLong();
    if (promised < 0 || promised > Math.min(left, Integer.MAX_VALUE - Long.BYTES)) {
      throw damaged("is cut short");
    }
    byte[] record = checked((int) promised);
    records++;
    return record;
  }

  private byte[] checked(int count) throws IOException, MalformedRecordsException {
    byte[] bytes = in.readNBytes(count);
    byte[] stored = in.readNBytes(Integer.BYTES);
    if (bytes.length < count || stored.length < Integer.BYTES) {
      throw damaged("is cut short");
    }
    if (crc(bytes, count) != wrap(stored).getInt()) {
      throw damaged("does not match its checksum");
    }
    left -= count + Integer.BYTES;
    return bytes;
  }

  private static int crc(byte[] bytes, int count) {
    return MaskedCrc.mask(MaskedCrc.of(bytes, 0, count));
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private MalformedRecordsException damaged(String how) {
    return new MalformedRecordsException(
        "is no uncompressed TFRecord file, or damaged: record %,d, from byte %,d, %s"
            .formatted(records + 1, start, how));
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
