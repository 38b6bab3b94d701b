package org.espalier.tf.bundle;

import com.google.protobuf.ByteString;
import com.google.protobuf.ByteString.Output;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Gathers the entries of one table block; see {@link BlockCursor} for the layout. */
final class BlockBuilder {
  private final int restartInterval;
  private final Output out = ByteString.newOutput();
  private final List<Integer> restarts = new ArrayList<>(List.of(0));
  private int sinceRestart;
  private boolean empty = true;
  private ByteString lastKey = ByteString.EMPTY;

  BlockBuilder(int restartInterval) {
    this.restartInterval = restartInterval;
  }

  void add(ByteString key, ByteString value) throws IOException {
    int shared = 0;
    if (sinceRestart == restartInterval) {
      restarts.add(out.size());
      sinceRestart = 0;
    } else {
      int limit = Math.min(key.size(), lastKey.size());
      while (shared < limit && key.byteAt(shared) == lastKey.byteAt(shared)) {
        shared++;
      }
    }
    CodedOutputStream coded = CodedOutputStream.newInstance(out);
    coded.writeUInt32NoTag(shared);
    coded.writeUInt32NoTag(key.size() - shared);
    coded.writeUInt32NoTag(value.size());
    coded.flush();
    key.substring(shared).writeTo(out);
    value.writeTo(out);
    lastKey = key;
    empty = false;
    sinceRestart++;
  }

  boolean isEmpty() {
    return empty;
  }

  int bytes() {
    return out.size();
  }

  /** Returns the block with its restart offsets. */
  byte[] finish() {
    ByteBuffer block =
        ByteBuffer.allocate(out.size() + Integer.BYTES * (restarts.size() + 1))
            .order(ByteOrder.LITTLE_ENDIAN);
    out.toByteString().copyTo(block);
    restarts.forEach(block::putInt);
    block.putInt(restarts.size());
    return block.array();
  }
}
