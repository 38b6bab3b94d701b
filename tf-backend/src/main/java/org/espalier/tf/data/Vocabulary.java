package org.espalier.tf.data;

import java.util.Objects;
import java.util.stream.IntStream;
import org.espalier.api.EspalierException;

/**
 * What tokens can be.
 *
 * @param tokenizer the name under which token files record the tokenizer that makes them
 * @param size the number of ids: every id is at least 0 and less than this
 * @param special the ids that stand for no text
 */
public record Vocabulary(String tokenizer, int size, SpecialTokens special) {
  /** Checks that the special tokens are ids. */
  public Vocabulary {
    Objects.requireNonNull(tokenizer, "tokenizer");
    Objects.requireNonNull(special, "special");
    if (size < 1 || special.largest() >= size) {
      throw new EspalierException(
          "tokenizer '%s' has %d ids, and a special token %d: it must be one of the ids"
              .formatted(tokenizer, size, special.largest()));
    }
  }

  /**
   * Checks that a masked language model can be trained on it.
   *
   * @throws EspalierException if a special token is missing that its sequences have
   */
  void requireMasking() {
    if (IntStream.of(special.cls(), special.sep(), special.mask())
        .anyMatch(id -> id == SpecialTokens.NONE)) {
      throw new EspalierException(
          "tokenizer '%s' lacks a token that opens, closes or masks sequences, and objective mlm needs [CLS], [SEP] and [MASK], or <s>, </s> and <mask>; use another, or objective clm"
              .formatted(tokenizer));
    }
  }
}
