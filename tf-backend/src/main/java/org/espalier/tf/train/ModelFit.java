package org.espalier.tf.train;

import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.tf.data.TokenSpan;
import org.espalier.tf.graph.LookedUpTables;

/** Checks that a model can take the text it is given. */
final class ModelFit {
  private ModelFit() {}

  /**
   * Checks vocabulary and length, as far as the model's spec or its look-ups state them.
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
    checkTables(model.inference(), text, sequence);
  }

  private static void checkTables(ForwardFunction function, TokenSpan text, int sequence) {
    Map<String, Long> tables = LookedUpTables.rows(function.body());
    function
        .inputs()
        .forEach(
            (role, input) -> {
              long rows = tables.getOrDefault(input, Long.MAX_VALUE);
              int largest =
                  switch (role) {
                    case TOKENS -> text.store().tokenizer().vocabularySize() - 1;
                    case SEGMENTS -> 0;
                    case MASK -> 1;
                    case POSITIONS -> sequence - 1;
                  };
              if (largest >= rows) {
                throw new EspalierException(
                    "Input '%s' is fed %s from 0 to %d, but looks them up in a table of %d rows; say with --input what each input of the model takes, or give it a larger table"
                        .formatted(input, role.label(), largest, rows));
              }
            });
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
