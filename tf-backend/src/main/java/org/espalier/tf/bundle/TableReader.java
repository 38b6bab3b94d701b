package org.espalier.tf.bundle;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.BiConsumer;
import org.espalier.api.EspalierException;
import org.iq80.snappy.CorruptionException;
import org.iq80.snappy.Snappy;

/**
 * Reads a LevelDB table: sorted keys and values in checksummed blocks, plain or snappy-compressed.
 *
 * <p>The format is that of LevelDB's {@code doc/table_format.md}.
 */
final class TableReader {
  static final int FOOTER_BYTES = 48;
  static final long MAGIC = 0xdb4775248b80fb57L;

  /** A byte for the compression and four for the checksum. */
  static final int TRAILER_BYTES = 5;

  static final byte PLAIN = 0;
  static final byte SNAPPY = 1;

  /** No index of a real model comes near; it bounds what is read into memory. */
  private static final long MAX_FILE_BYTES = 1L << 30;

  /** Snappy's longest copy makes 64 bytes of 3. */
  private static final int MAX_SNAPPY_RATIO = 32;

  /** How far shared prefixes may expand keys over the file's size. */
  private static final long MAX_KEY_EXPANSION = 256;

  private final Path path;
  private final byte[] file;
  private long keyBytesLeft;
  private ByteString lastKey;

  private TableReader(Path path, byte[] file) {
    this.path = path;
    this.file = file;
    this.keyBytesLeft = MAX_KEY_EXPANSION * file.length;
  }

  /**
   * Passes every key and value of a table to {@code consumer}, in the order of the keys.
   *
   * @throws EspalierException if the file is no table, or damaged
   */
  static void scan(Path path, BiConsumer<ByteString, ByteString> consumer) {
    byte[] file;
    try {
      long size = Files.size(path);
      if (size > MAX_FILE_BYTES) {
        throw new EspalierException(
            "Checkpoint index " + path + " has " + size + " bytes, over " + MAX_FILE_BYTES);
      }
      file = Files.readAllBytes(path);
    } catch (IOException e) {
      throw new EspalierException("Cannot read checkpoint index " + path + ": " + e, e);
    }
    new TableReader(path, file).scan(consumer);
  }

  private void scan(BiConsumer<ByteString, ByteString> consumer) {
    if (file.length < FOOTER_BYTES) {
      throw damaged("it has " + file.length + " bytes, less than its footer");
    }
    int footer = file.length - FOOTER_BYTES;
    long magic = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(file.length - 8);
    if (magic != MAGIC) {
      throw damaged("it does not end in a table's footer: truncated, or no checkpoint index");
    }
    try {
      CodedInputStream handles = CodedInputStream.newInstance(file, footer, FOOTER_BYTES - 8);
      handles.readRawVarint64();
      handles.readRawVarint64();
      byte[] index = block(handles.readRawVarint64(), handles.readRawVarint64());
      BlockCursor blocks = new BlockCursor(index);
      while (blocks.next()) {
        spendKey(blocks.keyLength());
        CodedInputStream handle = blocks.value().newCodedInput();
        byte[] block = block(handle.readRawVarint64(), handle.readRawVarint64());
        scan(new BlockCursor(block), consumer);
      }
    } catch (IOException e) {
      throw damaged(e.getMessage());
    }
  }

  private void scan(BlockCursor cursor, BiConsumer<ByteString, ByteString> consumer)
      throws IOException {
    while (cursor.next()) {
      spendKey(cursor.keyLength());
      ByteString key = cursor.key();
      if (lastKey != null
          && ByteString.unsignedLexicographicalComparator().compare(lastKey, key) >= 0) {
        throw damaged("its keys are not in order");
      }
      lastKey = key;
      consumer.accept(key, cursor.value());
    }
  }

  private void spendKey(int length) {
    keyBytesLeft -= length;
    if (keyBytesLeft < 0) {
      throw damaged("its keys expand beyond " + MAX_KEY_EXPANSION + " times the file");
    }
  }

  /** Returns the checked and uncompressed contents of a block. */
  private byte[] block(long offset, long size) {
    long end = (long) file.length - FOOTER_BYTES;
    if (offset < 0 || size < 0 || offset > end || size > end - offset - TRAILER_BYTES) {
      throw damaged("a block at " + offset + " of " + size + " bytes lies outside it");
    }
    int start = (int) offset;
    int length = (int) size;
    int expected =
        MaskedCrc.unmask(
            ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(start + length + 1));
    int found = MaskedCrc.of(file, start, length + 1);
    if (found != expected) {
      throw damaged(
          String.format(
              "the block at %d has checksum %08x and should have %08x", offset, found, expected));
    }
    byte compression = file[start + length];
    return switch (compression) {
      case PLAIN -> Arrays.copyOfRange(file, start, start + length);
      case SNAPPY -> uncompress(start, length);
      default -> throw damaged("a block has unknown compression " + compression);
    };
  }

  private byte[] uncompress(int start, int length) {
    try {
      int claimed = Snappy.getUncompressedLength(file, start);
      if (claimed < 0 || claimed > (long) MAX_SNAPPY_RATIO * length) {
        throw damaged("a block of " + length + " bytes claims to expand to " + claimed);
      }
      return Snappy.uncompress(file, start, length);
    } catch (CorruptionException | IndexOutOfBoundsException e) {
      throw damaged("a block does not uncompress");
    }
  }

  private EspalierException damaged(String how) {
    return new EspalierException(
        "Checkpoint index " + path + " is damaged: " + how + "; restore it from a good copy");
  }
}
