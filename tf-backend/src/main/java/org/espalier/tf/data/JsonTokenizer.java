package org.espalier.tf.data;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.google.common.hash.Hashing;
import com.google.gson.JsonParser;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntConsumer;
import org.espalier.api.EspalierException;

/**
 * The tokenizer of a {@code tokenizer.json}, run by Hugging Face's own library.
 *
 * <p>Text is UTF-8. It goes to the library in pieces of about 64 K characters, cut before white
 * space, where words end for all common tokenizers. Native memory is held while text is read only.
 */
final class JsonTokenizer implements Tokenizer {
  private static final int PIECE = 1 << 16;

  /** Ten times the largest in use. */
  private static final long MAX_BYTES = 256L << 20;

  private static final Map<String, String> PLAIN =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  static {
    // The library would report its use over the network, where it runs in a certain cloud.
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private final Path file;
  private final byte[] json;
  private final Vocabulary vocabulary;

  private JsonTokenizer(Path file, byte[] json, Vocabulary vocabulary) {
    this.file = file;
    this.json = json;
    this.vocabulary = vocabulary;
  }

  static JsonTokenizer read(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new EspalierException(
          "no tokenizer '%s': there is no such file; name 'bytes', or a file tokenizer.json"
              .formatted(file));
    }
    byte[] json;
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw malformed(file, "it is larger than any tokenizer", null);
      }
      json = Files.readAllBytes(file);
    } catch (IOException e) {
      throw TextFiles.unreadable(file, e);
    }
    String id = "tokenizer.json:" + Hashing.sha256().hashBytes(json);
    Vocabulary vocabulary;
    try {
      vocabulary =
          JsonVocabulary.of(
              JsonParser.parseString(new String(json, StandardCharsets.UTF_8)).getAsJsonObject(),
              id);
    } catch (RuntimeException e) {
      throw malformed(file, "no vocabulary is found in it", e);
    }
    JsonTokenizer tokenizer = new JsonTokenizer(file, json, vocabulary);
    // What the library does not take is refused before any text is read.
    tokenizer.open().close();
    return tokenizer;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public void encode(InputStream text, IntConsumer sink) throws IOException {
    try (HuggingFaceTokenizer tokenizer = open()) {
      Reader reader = new InputStreamReader(text, StandardCharsets.UTF_8);
      StringBuilder pending = new StringBuilder();
      char[] buffer = new char[PIECE];
      for (int n = reader.read(buffer); n >= 0; n = reader.read(buffer)) {
        pending.append(buffer, 0, n);
        while (pending.length() >= PIECE) {
          int end = end(pending);
          encode(tokenizer, pending.substring(0, end), sink);
          pending.delete(0, end);
        }
      }
      encode(tokenizer, pending.toString(), sink);
    }
  }

  @Override
  public String decode(int[] tokens) {
    for (int token : tokens) {
      if (token < 0 || token >= vocabulary.size()) {
        throw new EspalierException(
            "token %d is not in the vocabulary of %s: allowed are 0 to %d"
                .formatted(token, file, vocabulary.size() - 1));
      }
    }
    try (HuggingFaceTokenizer tokenizer = open()) {
      return tokenizer.decode(Arrays.stream(tokens).asLongStream().toArray(), false);
    }
  }

  private static void encode(HuggingFaceTokenizer tokenizer, String piece, IntConsumer sink) {
    if (!piece.isEmpty()) {
      for (long id : tokenizer.encode(piece, false, false).getIds()) {
        sink.accept((int) id);
      }
    }
  }

  /** Where the first piece ends: before its last white space, or, without any, anywhere. */
  private static int end(CharSequence text) {
    for (int i = PIECE - 1; i > 0; i--) {
      if (Character.isWhitespace(text.charAt(i)) && !Character.isWhitespace(text.charAt(i - 1))) {
        return i;
      }
    }
    return Character.isHighSurrogate(text.charAt(PIECE - 1)) ? PIECE - 1 : PIECE;
  }

  private HuggingFaceTokenizer open() {
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(json), PLAIN);
    } catch (IOException | RuntimeException e) {
      throw malformed(file, e.getMessage(), e);
    } catch (LinkageError e) {
      throw new EspalierException(
          "cannot read %s: the tokenizers' native library does not load here (%s); write the tokens on another machine, or use tokenizer 'bytes'"
              .formatted(file, e.getMessage()),
          e);
    }
  }

  private static EspalierException malformed(Path file, String reason, Throwable cause) {
    return new EspalierException(
        "%s is no tokenizer: %s; name a tokenizer.json as Hugging Face's tokenizers write it"
            .formatted(file, reason),
        cause);
  }
}
