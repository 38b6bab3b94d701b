package org.espalier.tf.bundle;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Walks the entries of one table block, whose keys share prefixes with the key before.
 *
 * <p>An entry is three varints (shared, unshared, value length), the rest of the key and the value;
 * after the last one come the restart offsets and their count, four bytes each.
 */
final class BlockCursor {
  private final CodedInputStream in;
  private byte[] key = {};
  private int keyLength;
  private ByteString value = ByteString.EMPTY;

  BlockCursor(byte[] block) throws IOException {
    if (block.length < Integer.BYTES) {
      throw new IOException("a block has no restart count");
    }
    int restarts =
        ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN).getInt(block.length - Integer.BYTES);
    long entries = block.length - (long) Integer.BYTES * (restarts + 1L);
    if (restarts < 0 || entries < 0) {
      throw new IOException("a block claims " + restarts + " restarts");
    }
    in = CodedInputStream.newInstance(block, 0, (int) entries);
  }

  /** Moves to the next entry, or returns false after the last. */
  boolean next() throws IOException {
    if (in.isAtEnd()) {
      return false;
    }
    int shared = in.readRawVarint32();
    int unshared = in.readRawVarint32();
    int valueLength = in.readRawVarint32();
    if (shared < 0 || shared > keyLength || unshared < 0 || valueLength < 0) {
      throw new IOException("an entry's lengths are impossible");
    }
    byte[] suffix = in.readRawBytes(unshared);
    keyLength = shared + unshared;
    if (key.length < keyLength) {
      key = Arrays.copyOf(key, Math.max(keyLength, 2 * key.length));
    }
    System.arraycopy(suffix, 0, key, shared, unshared);
    value = ByteString.copyFrom(in.readRawBytes(valueLength));
    return true;
  }

  int keyLength() {
    return keyLength;
  }

  ByteString key() {
    return ByteString.copyFrom(key, 0, keyLength);
  }

  ByteString value() {
    return value;
  }
}
