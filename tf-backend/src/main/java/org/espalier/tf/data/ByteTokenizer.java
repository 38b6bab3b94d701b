package org.espalier.tf.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntConsumer;
import org.espalier.api.EspalierException;

/** Five special tokens, then one token for each byte: byte b is token b + 5. */
final class ByteTokenizer implements Tokenizer {
  static final String ID = "bytes";

  private static final List<String> SPECIAL = List.of("[PAD]", "[CLS]", "[SEP]", "[MASK]", "[UNK]");
  private static final int FIRST_BYTE = SPECIAL.size();
  private static final int BUFFER_BYTES = 1 << 16;

  static final ByteTokenizer INSTANCE = new ByteTokenizer();

  private final Vocabulary vocabulary =
      new Vocabulary(ID, FIRST_BYTE + 256, new SpecialTokens(0, 1, 2, 3, 4));

  private ByteTokenizer() {}

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public void encode(InputStream text, IntConsumer sink) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (int n = text.read(buffer); n >= 0; n = text.read(buffer)) {
      for (int i = 0; i < n; i++) {
        sink.accept(FIRST_BYTE + (buffer[i] & 0xff));
      }
    }
  }

  @Override
  public String decode(int[] tokens) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(tokens.length);
    for (int token : tokens) {
      if (token < 0 || token >= vocabulary.size()) {
        throw new EspalierException(
            "token %d is not in the vocabulary of tokenizer 'bytes': allowed are 0 to %d"
                .formatted(token, vocabulary.size() - 1));
      }
      if (token < FIRST_BYTE) {
        text.writeBytes(SPECIAL.get(token).getBytes(StandardCharsets.UTF_8));
      } else {
        text.write(token - FIRST_BYTE);
      }
    }
    return text.toString(StandardCharsets.UTF_8);
  }
}
