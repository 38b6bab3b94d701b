package org.espalier.it;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.IntConsumer;
import org.espalier.tf.data.SpecialTokens;
import org.espalier.tf.data.Tokenizer;
import org.espalier.tf.data.Vocabulary;

/** A tokenizer of the small models' owners: the letters from a to z, and one token for the rest. */
final class Letters implements Tokenizer {
  private static final int FIRST = 5;
  private static final SpecialTokens SPECIAL = new SpecialTokens(0, 1, 2, 3, 4);
  private static final Vocabulary VOCABULARY = new Vocabulary("letters", FIRST + 26, SPECIAL);

  @Override
  public Vocabulary vocabulary() {
    return VOCABULARY;
  }

  @Override
  public void encode(InputStream text, IntConsumer sink) throws IOException {
    for (int c = text.read(); c >= 0; c = text.read()) {
      sink.accept(c >= 'a' && c <= 'z' ? FIRST + c - 'a' : SPECIAL.unk());
    }
  }

  @Override
  public String decode(int[] tokens) {
    StringBuilder text = new StringBuilder();
    for (int token : tokens) {
      text.append(token >= FIRST ? (char) ('a' + token - FIRST) : ' ');
    }
    return text.toString();
  }
}
