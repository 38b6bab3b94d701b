package org.espalier.tf.train;

import org.espalier.api.EspalierException;
import org.espalier.tf.data.TokenSpan;

/** Checks that a model can take the text it is given. */
final class ModelFit {
  private ModelFit() {}

  /**
   * Checks vocabulary and length, as far as the model's spec states them.
   *
   * @throws EspalierException if the model is too small for either
   */
  static void check(TrainableModel model, TokenSpan text, int sequence) {
    Integer vocabulary = model.spec().dimensions().get("vocabulary");
    if (vocabulary != null) {
      checkVocabulary(vocabulary, text);
    }
    Integer positions = model.spec().dimensions().get("positions");
    if (positions != null && positions < sequence) {
      throw new EspalierException(
          "sequence is %d, but the model has %d positions; use at most that"
              .formatted(sequence, positions));
    }
  }

  /**
   * Checks that a model has logits for all tokens of a text.
   *
   * @throws EspalierException if it has fewer
   */
  static void checkVocabulary(long vocabulary, TokenSpan text) {
    int needed = text.store().tokenizer().vocabularySize();
    if (vocabulary < needed) {
      throw new EspalierException(
          "The model knows %d tokens, but tokenizer '%s' makes %d; build it with vocabulary %d or more"
              .formatted(vocabulary, text.store().tokenizer().id(), needed, needed));
    }
  }
}
