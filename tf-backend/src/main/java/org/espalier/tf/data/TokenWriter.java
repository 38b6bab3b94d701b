package org.espalier.tf.data;

import com.google.common.primitives.Ints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.IntConsumer;
import java.util.zip.CRC32C;

/** Streams tokens into an empty channel as a token file; holds one chunk in memory. */
final class TokenWriter implements IntConsumer {
  private final FileChannel channel;
  private final Vocabulary vocabulary;
  private final int bytesPerToken;
  private final ByteBuffer chunk =
      ByteBuffer.allocate(TokenHeader.CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteArrayOutputStream table = new ByteArrayOutputStream();
  private final MessageDigest sha = sha256();
  private long tokens;
  private long position = TokenHeader.BYTES;

  TokenWriter(FileChannel channel, Vocabulary vocabulary) {
    this.channel = channel;
    this.vocabulary = vocabulary;
    this.bytesPerToken = TokenHeader.bytesPerToken(vocabulary.size());
    sha.update(vocabulary.tokenizer().getBytes(StandardCharsets.UTF_8));
    sha.update((byte) 0);
  }

  long tokens() {
    return tokens;
  }

  @Override
  public void accept(int token) {
    if (bytesPerToken == 2) {
      chunk.putShort((short) token);
    } else {
      chunk.putInt(token);
    }
    tokens++;
    if (!chunk.hasRemaining()) {
      try {
        flush();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Writes what is left, the table and, last, the header that makes the file readable. */
  TokenHeader finish() throws IOException {
    if (chunk.position() > 0) {
      flush();
    }
    byte[] sums = table.toByteArray();
    write(ByteBuffer.wrap(sums));
    TokenHeader header =
        new TokenHeader(
            vocabulary,
            tokens,
            bytesPerToken,
            HexFormat.of().formatHex(sha.digest()),
            crc(sums, sums.length));
    position = 0;
    write(header.encode());
    return header;
  }

  private void flush() throws IOException {
    int length = chunk.position();
    sha.update(chunk.array(), 0, length);
    // The table is little-endian like the rest of the file.
    table.writeBytes(Ints.toByteArray(Integer.reverseBytes(crc(chunk.array(), length))));
    write(chunk.flip());
    chunk.clear();
  }

  private void write(ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  static int crc(byte[] bytes, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
