package org.espalier.tf.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.espalier.api.EspalierException;

/** Turns text into token ids and back. Immutable and safe for any number of threads. */
public interface Tokenizer {

  /** The name under which token files record this tokenizer. */
  String id();

  /** The number of ids: every id is at least 0 and less than this. */
  int vocabularySize();

  /** The ids that stand for no text. */
  SpecialTokens special();

  /**
   * Reads {@code text} to its end and hands each token to {@code sink}, in bounded memory.
   *
   * @throws IOException when {@code text} cannot be read
   */
  void encode(InputStream text, IntConsumer sink) throws IOException;

  /** The text of {@code tokens}; special tokens appear by name, as in {@code [MASK]}. */
  String decode(int[] tokens);

  /** The tokens of {@code text}, with no special token added. */
  default int[] encode(byte[] text) {
    IntStream.Builder tokens = IntStream.builder();
    try {
      encode(new ByteArrayInputStream(text), tokens);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tokens.build().toArray();
  }

  /** The tokenizer whose vocabulary is the 256 bytes. */
  static Tokenizer bytes() {
    return ByteTokenizer.INSTANCE;
  }

  /** The ids of the built-in tokenizers. */
  static List<String> names() {
    return List.of(ByteTokenizer.ID);
  }

  /**
   * The built-in tokenizer with this id.
   *
   * @throws EspalierException when there is none
   */
  static Tokenizer named(String id) {
    if (id.equals(ByteTokenizer.ID)) {
      return bytes();
    }
    throw new EspalierException("no tokenizer '" + id + "': the tokenizers are " + names());
  }
}
