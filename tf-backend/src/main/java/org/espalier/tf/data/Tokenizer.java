package org.espalier.tf.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.espalier.api.EspalierException;

/** Turns text into token ids and back. Immutable and safe for any number of threads. */
public interface Tokenizer {

  /** What its tokens can be. */
  Vocabulary vocabulary();

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

  /**
   * Reads a {@code tokenizer.json}, as Hugging Face's tokenizers write it.
   *
   * @throws EspalierException when it is missing, or no tokenizer
   */
  static Tokenizer read(Path json) {
    return JsonTokenizer.read(json);
  }

  /**
   * The tokenizer {@code bytes}, or that of a file whose name ends in {@code .json}.
   *
   * @throws EspalierException when there is none
   */
  static Tokenizer named(String name) {
    if (name.equals(ByteTokenizer.ID)) {
      return bytes();
    }
    if (name.endsWith(".json")) {
      return read(Path.of(name));
    }
    throw new EspalierException(
        "no tokenizer '%s': name 'bytes', or a file tokenizer.json".formatted(name));
  }
}
