package org.espalier.tf.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * The first {@value #BYTES} bytes of a token file, little-endian.
 *
 * <pre>
 *   0  magic, 8 bytes        28  bytes per chunk
 *   8  format version        32  SHA-256 of the tokenizer's id, a zero byte and the tokens
 *  12  vocabulary size       64  length of the tokenizer's id, then the id in UTF-8
 *  16  number of tokens     196  special tokens: pad, cls, sep, mask, unk; -1 for none
 *  24  bytes per token      248  CRC32C of the chunk table
 *                           252  CRC32C of the bytes before
 * </pre>
 *
 * <p>The tokens follow as unsigned integers of 2 or 4 bytes, then the chunk table: the CRC32C of
 * each chunk of 1 MiB of tokens, the last one shorter. Nothing follows the table.
 *
 * @param fingerprint SHA-256 in hexadecimal
 * @param tableCrc CRC32C of the chunk table
 */
record TokenHeader(
    Vocabulary vocabulary, long tokens, int bytesPerToken, String fingerprint, int tableCrc) {
  static final int BYTES = 256;
  static final int CHUNK_BYTES = 1 << 20;

  /** Opens with a byte that no text has and line ends that a text-mode copy would change. */
  private static final byte[] MAGIC = {(byte) 0x89, 'E', 'T', 'O', 'K', '\r', '\n', 0x1a};

  private static final int VERSION = 2;
  private static final int MAX_ID_BYTES = 128;
  private static final int SPECIAL = 64 + Integer.BYTES + MAX_ID_BYTES;

  /** Thrown when the bytes are no header; the message is a clause that follows the file's name. */
  static final class Malformed extends Exception {
    private static final long serialVersionUID = 1L;

    Malformed(String reason) {
      super(reason);
    }
  }

  /** Says whether a file that starts with {@code prefix} means to be a token file. */
  static boolean isMagic(byte[] prefix) {
    return Arrays.equals(prefix, MAGIC);
  }

  static int magicLength() {
    return MAGIC.length;
  }

  static int bytesPerToken(int vocabularySize) {
    return vocabularySize <= 1 << 16 ? 2 : 4;
  }

  long tokenBytes() {
    return tokens * bytesPerToken;
  }

  long chunks() {
    return (tokenBytes() + CHUNK_BYTES - 1) / CHUNK_BYTES;
  }

  long fileBytes() {
    return BYTES + tokenBytes() + Integer.BYTES * chunks();
  }

  ByteBuffer encode() {
    ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    byte[] id = vocabulary.tokenizer().getBytes(StandardCharsets.UTF_8);
    header.put(MAGIC).putInt(VERSION).putInt(vocabulary.size()).putLong(tokens);
    header.putInt(bytesPerToken).putInt(CHUNK_BYTES).put(HexFormat.of().parseHex(fingerprint));
    header.putInt(id.length).put(id);
    SpecialTokens special = vocabulary.special();
    header.position(SPECIAL).putInt(special.pad()).putInt(special.cls()).putInt(special.sep());
    header.putInt(special.mask()).putInt(special.unk());
    header.putInt(BYTES - 8, tableCrc).putInt(BYTES - 4, crc(header));
    return header.rewind();
  }

  static TokenHeader decode(ByteBuffer bytes, long fileBytes) throws Malformed {
    ByteBuffer header = bytes.order(ByteOrder.LITTLE_ENDIAN);
    byte[] magic = new byte[MAGIC.length];
    header.get(magic);
    if (!isMagic(magic)) {
      throw new Malformed("does not start as a token file does");
    }
    int version = header.getInt();
    if (version != VERSION) {
      throw new Malformed("has format version " + version + ", this program reads " + VERSION);
    }
    if (header.getInt(BYTES - 4) != crc(header)) {
      throw new Malformed("is damaged: the checksum of its header does not match");
    }
    int size = header.getInt();
    long tokens = header.getLong();
    int width = header.getInt();
    int chunk = header.getInt();
    byte[] sha = new byte[32];
    header.get(sha);
    int idLength = header.getInt();
    if (size < 1
        || tokens < 1
        || tokens > fileBytes
        || width != bytesPerToken(size)
        || chunk != CHUNK_BYTES
        || idLength < 1
        || idLength > MAX_ID_BYTES) {
      throw new Malformed("has a header that contradicts itself");
    }
    byte[] id = new byte[idLength];
    header.get(id);
    TokenHeader decoded =
        new TokenHeader(
            vocabulary(header, new String(id, StandardCharsets.UTF_8), size),
            tokens,
            width,
            HexFormat.of().formatHex(sha),
            header.getInt(BYTES - 8));
    if (decoded.fileBytes() != fileBytes) {
      throw new Malformed(
          "is cut short or has grown: its header promises %,d bytes, it has %,d"
              .formatted(decoded.fileBytes(), fileBytes));
    }
    return decoded;
  }

  private static Vocabulary vocabulary(ByteBuffer header, String tokenizer, int size)
      throws Malformed {
    int[] special = new int[5];
    header.position(SPECIAL).asIntBuffer().get(special);
    if (Arrays.stream(special).anyMatch(id -> id < SpecialTokens.NONE || id >= size)) {
      throw new Malformed("has a header that contradicts itself");
    }
    return new Vocabulary(
        tokenizer,
        size,
        new SpecialTokens(special[0], special[1], special[2], special[3], special[4]));
  }

  private static int crc(ByteBuffer header) {
    CRC32C crc = new CRC32C();
    crc.update(header.duplicate().position(0).limit(BYTES - 4));
    return (int) crc.getValue();
  }
}
