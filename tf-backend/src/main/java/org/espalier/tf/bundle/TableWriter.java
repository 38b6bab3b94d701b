package org.espalier.tf.bundle;

import com.google.protobuf.ByteString;
import com.google.protobuf.ByteString.Output;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Writes a LevelDB table without compression, with TensorFlow's block size and restart interval.
 */
final class TableWriter {
  private static final int BLOCK_BYTES = 262144;
  private static final int RESTART_INTERVAL = 16;

  private final OutputStream out;
  private final BlockBuilder index = new BlockBuilder(1);
  private BlockBuilder block = new BlockBuilder(RESTART_INTERVAL);
  private ByteString lastKey = ByteString.EMPTY;
  private long position;

  /** Creates a writer over {@code out}, which stays the caller's to close. */
  TableWriter(OutputStream out) {
    this.out = out;
  }

  /** Appends an entry; keys come in bytewise order, each once. */
  void put(ByteString key, ByteString value) throws IOException {
    block.add(key, value);
    lastKey = key;
    if (block.bytes() >= BLOCK_BYTES) {
      endBlock();
    }
  }

  /** Writes what is left, the index and the footer. */
  void finish() throws IOException {
    endBlock();
    ByteString metaindex = write(new BlockBuilder(1));
    ByteString handle = write(index);
    ByteBuffer footer =
        ByteBuffer.allocate(TableReader.FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    metaindex.concat(handle).copyTo(footer);
    footer.putLong(TableReader.FOOTER_BYTES - Long.BYTES, TableReader.MAGIC);
    out.write(footer.array());
  }

  private void endBlock() throws IOException {
    if (block.isEmpty()) {
      return;
    }
    index.add(lastKey, write(block));
    block = new BlockBuilder(RESTART_INTERVAL);
  }

  /** Writes a block and its trailer, and returns its handle. */
  private ByteString write(BlockBuilder builder) throws IOException {
    byte[] contents = builder.finish();
    ByteBuffer trailer =
        ByteBuffer.allocate(TableReader.TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    byte[] checked = Arrays.copyOf(contents, contents.length + 1);
    checked[contents.length] = TableReader.PLAIN;
    trailer.put(TableReader.PLAIN);
    trailer.putInt(MaskedCrc.mask(MaskedCrc.of(checked, 0, checked.length)));
    out.write(contents);
    out.write(trailer.array());
    Output handle = ByteString.newOutput();
    CodedOutputStream coded = CodedOutputStream.newInstance(handle);
    coded.writeUInt64NoTag(position);
    coded.writeUInt64NoTag(contents.length);
    coded.flush();
    position += contents.length + TableReader.TRAILER_BYTES;
    return handle.toByteString();
  }
}
