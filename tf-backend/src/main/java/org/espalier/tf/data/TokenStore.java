package org.espalier.tf.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Objects;
import org.espalier.api.EspalierException;

/**
 * An immutable sequence of tokens on disk, read by position.
 *
 * <p>The whole file is checked when it is opened (checksums, length, every id within the
 * vocabulary), so what is read afterwards is sound. Reads hold no memory beyond the tokens asked
 * for. Safe for any number of threads; interrupting a thread inside a read closes the store. The
 * caller closes it.
 */
public final class TokenStore implements Corpus {
  private final String name;
  private final StoredBytes bytes;
  private final TokenHeader header;

  TokenStore(String name, FileChannel channel, TokenHeader header) {
    this.name = name;
    this.bytes = new StoredBytes("token file " + name, channel);
    this.header = header;
  }

  /**
   * The tokens of text files, read with tokenizer {@code bytes}, or of one token file.
   *
   * <p>One {@code [SEP]} stands between a text file and the next. The tokens of text go to a
   * temporary file that is gone when the store is closed or the process ends.
   *
   * @throws EspalierException when a file is missing, unreadable, damaged, or there is no text
   */
  public static TokenStore of(Path... files) {
    return of(List.of(files), Tokenizer.bytes());
  }

  /** As {@link #of(Path...)}, with text read by {@code tokenizer}. */
  public static TokenStore of(List<Path> files, Tokenizer tokenizer) {
    if (files.size() == 1 && TextFiles.isTokenFile(files.get(0))) {
      return open(files.get(0));
    }
    return TextFiles.tokenize(files, tokenizer);
  }

  /**
   * Opens and checks a token file.
   *
   * @throws EspalierException when it is missing, is no token file or is damaged
   */
  public static TokenStore open(Path file) {
    TextFiles.checkReadable(file);
    FileChannel channel = null;
    try {
      channel = FileChannel.open(file, StandardOpenOption.READ);
      TokenHeader header = TokenCheck.check(channel);
      TokenStore store = new TokenStore(file.toString(), channel, header);
      channel = null;
      return store;
    } catch (TokenHeader.Malformed e) {
      throw new EspalierException(
          "token file "
              + file
              + " "
              + e.getMessage()
              + "; write it again from its text with 'espalier data'",
          e);
    } catch (IOException e) {
      throw TextFiles.unreadable(file, e);
    } finally {
      TextFiles.closeQuietly(channel);
    }
  }

  /**
   * Writes the tokens of text files as a token file: to a temporary sibling, synced, then renamed.
   *
   * @return the number of tokens
   * @throws EspalierException when a text cannot be read, there is no text, or {@code out} exists
   */
  public static long write(List<Path> text, Tokenizer tokenizer, Path out) {
    return TextFiles.write(text, tokenizer, out);
  }

  /** What the tokens can be. */
  public Vocabulary vocabulary() {
    return header.vocabulary();
  }

  /** The number of tokens. */
  public long size() {
    return header.tokens();
  }

  /** SHA-256, in hexadecimal, of the tokenizer's id and all tokens. */
  @Override
  public String fingerprint() {
    return header.fingerprint();
  }

  /** All tokens. */
  public TokenSpan all() {
    return new TokenSpan(this, 0, size());
  }

  /** Holds out the last 5 % of the tokens. */
  public TokenSplit split() {
    return split(CorpusSplit.DEFAULT_HELD_OUT);
  }

  /**
   * Holds out the last {@code heldOutFraction} of the tokens; the two parts share no token.
   *
   * @throws EspalierException when the fraction is not strictly between 0 and 1, or a part is empty
   */
  @Override
  public TokenSplit split(double heldOutFraction) {
    return TokenSplit.lastPart(this, heldOutFraction);
  }

  /**
   * Reads {@code length} tokens that start at {@code position} into {@code target}.
   *
   * @throws IndexOutOfBoundsException when they are not all within the store or the target
   * @throws EspalierException when the file cannot be read any more
   */
  public void read(long position, int[] target, int offset, int length) {
    Objects.checkFromIndexSize(position, /* size= */ length, /* length= */ size());
    Objects.checkFromIndexSize(offset, length, target.length);
    int width = header.bytesPerToken();
    ByteBuffer stored = ByteBuffer.allocate(length * width).order(ByteOrder.LITTLE_ENDIAN);
    bytes.read(TokenHeader.BYTES + position * width, stored);
    for (int i = 0; i < length; i++) {
      target[offset + i] = width == 2 ? stored.getShort() & 0xffff : stored.getInt();
    }
  }

  /** Where the tokens come from, for messages. */
  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    bytes.close();
  }
}
