package org.espalier.it.mutants;

import com.google.common.hash.Hashing;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The LevelDB table of a checkpoint's index, written without any check.
 *
 * <p>Keys are ASCII here; each block holds everything and shares no prefixes.
 */
final class IndexTable {
  private static final int FOOTER = 48;
  private static final int TRAILER = 5;
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int MASK = 0xa282ead8;

  private IndexTable() {}

  static Map<String, ByteString> read(Path path) throws IOException {
    byte[] file = Files.readAllBytes(path);
    CodedInputStream footer = CodedInputStream.newInstance(file, file.length - FOOTER, FOOTER);
    footer.readRawVarint64();
    footer.readRawVarint64();
    Map<String, ByteString> blocks = block(file, footer);
    TreeMap<String, ByteString> entries = new TreeMap<>();
    for (ByteString handle : blocks.values()) {
      entries.putAll(block(file, handle.newCodedInput()));
    }
    return entries;
  }

  private static Map<String, ByteString> block(byte[] file, CodedInputStream handle)
      throws IOException {
    int offset = (int) handle.readRawVarint64();
    int size = (int) handle.readRawVarint64();
    int restarts = little(file).getInt(offset + size - Integer.BYTES);
    int end = size - Integer.BYTES * (restarts + 1);
    CodedInputStream in = CodedInputStream.newInstance(file, offset, end);
    TreeMap<String, ByteString> entries = new TreeMap<>();
    String last = "";
    while (!in.isAtEnd()) {
      int shared = in.readRawVarint32();
      int unshared = in.readRawVarint32();
      int length = in.readRawVarint32();
      last =
          last.substring(0, shared) + ByteString.copyFrom(in.readRawBytes(unshared)).toStringUtf8();
      entries.put(last, ByteString.copyFrom(in.readRawBytes(length)));
    }
    return entries;
  }

  static void write(Path path, Map<String, ByteString> entries) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    TreeMap<String, ByteString> sorted = new TreeMap<>(entries);
    ByteString data = append(file, sorted);
    ByteString meta = append(file, Map.of());
    ByteString index = append(file, Map.of(sorted.isEmpty() ? "" : sorted.lastKey(), data));
    byte[] footer = meta.concat(index).toByteArray();
    ByteBuffer end = ByteBuffer.allocate(FOOTER).order(ByteOrder.LITTLE_ENDIAN);
    end.put(footer).putLong(FOOTER - Long.BYTES, MAGIC);
    file.write(end.array());
    Files.write(path, file.toByteArray());
  }

  /** Appends a block and returns its handle. */
  private static ByteString append(ByteArrayOutputStream file, Map<String, ByteString> entries)
      throws IOException {
    int offset = file.size();
    ByteString.Output bytes = ByteString.newOutput();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    for (Map.Entry<String, ByteString> entry : entries.entrySet()) {
      byte[] key = ByteString.copyFromUtf8(entry.getKey()).toByteArray();
      out.writeUInt32NoTag(0);
      out.writeUInt32NoTag(key.length);
      out.writeUInt32NoTag(entry.getValue().size());
      out.writeRawBytes(key);
      out.writeRawBytes(entry.getValue());
    }
    // One restart, at the start.
    out.writeFixed32NoTag(0);
    out.writeFixed32NoTag(1);
    out.flush();
    int size = bytes.size();
    out.write((byte) 0);
    out.flush();
    byte[] block = bytes.toByteString().toByteArray();
    file.write(block);
    int crc = Hashing.crc32c().hashBytes(block).asInt();
    file.write(
        ByteBuffer.allocate(TRAILER - 1)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(Integer.rotateRight(crc, 15) + MASK)
            .array());
    ByteString.Output handle = ByteString.newOutput();
    CodedOutputStream numbers = CodedOutputStream.newInstance(handle);
    numbers.writeUInt64NoTag(offset);
    numbers.writeUInt64NoTag(size);
    numbers.flush();
    return handle.toByteString();
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
