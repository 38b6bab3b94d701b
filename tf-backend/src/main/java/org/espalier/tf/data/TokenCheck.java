package org.espalier.tf.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.espalier.tf.data.TokenHeader.Malformed;

/** Reads a token file once from end to end and says what is wrong with it. */
final class TokenCheck {
  private TokenCheck() {}

  static TokenHeader check(FileChannel channel) throws IOException, Malformed {
    long fileBytes = channel.size();
    if (fileBytes < TokenHeader.BYTES) {
      throw new Malformed("is cut short: it has %,d bytes".formatted(fileBytes));
    }
    ByteBuffer first = ByteBuffer.allocate(TokenHeader.BYTES);
    fill(channel, first, 0);
    TokenHeader header = TokenHeader.decode(first, fileBytes);

    long tableBytes = Integer.BYTES * header.chunks();
    if (tableBytes > Integer.MAX_VALUE) {
      throw new Malformed("is larger than a token file can be");
    }
    ByteBuffer table = ByteBuffer.allocate((int) tableBytes).order(ByteOrder.LITTLE_ENDIAN);
    fill(channel, table, fileBytes - tableBytes);
    if (TokenWriter.crc(table.array(), table.capacity()) != header.tableCrc()) {
      throw new Malformed("is damaged: the checksum of its chunk table does not match");
    }

    ByteBuffer chunk = ByteBuffer.allocate(TokenHeader.CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    long end = TokenHeader.BYTES + header.tokenBytes();
    for (long at = TokenHeader.BYTES; at < end; at += TokenHeader.CHUNK_BYTES) {
      chunk.clear().limit((int) Math.min(TokenHeader.CHUNK_BYTES, end - at));
      fill(channel, chunk, at);
      if (TokenWriter.crc(chunk.array(), chunk.limit()) != table.getInt()) {
        throw new Malformed(
            "is damaged: checksum mismatch in the tokens between byte %,d and byte %,d"
                .formatted(at, at + chunk.limit()));
      }
      checkIds(chunk, header);
    }
    return header;
  }

  private static void checkIds(ByteBuffer chunk, TokenHeader header) throws Malformed {
    while (chunk.hasRemaining()) {
      int id = header.bytesPerToken() == 2 ? chunk.getShort() & 0xffff : chunk.getInt();
      if (id < 0 || id >= header.vocabulary().size()) {
        throw new Malformed(
            "holds token %d, its vocabulary ends at %d"
                .formatted(id, header.vocabulary().size() - 1));
      }
    }
  }

  /** Fills {@code target} from {@code position} and flips it. */
  private static void fill(FileChannel channel, ByteBuffer target, long position)
      throws IOException, Malformed {
    long at = position;
    while (target.hasRemaining()) {
      int n = channel.read(target, at);
      if (n < 0) {
        throw new Malformed("was cut short while it was read");
      }
      at += n;
    }
    target.flip();
  }
}
