package org.espalier.tf.data;

/**
 * How a window of tokens becomes a row for a model of sequence length S.
 *
 * <p>Windows follow one another without a gap, so one pass predicts every token once.
 */
public enum Framing {
  /**
   * For a causal model: S + 1 tokens, of which the first S are the input and the last S the labels.
   * A window's last token is the next one's first.
   */
  CAUSAL {
    @Override
    int stride(int sequenceLength) {
      return sequenceLength;
    }

    @Override
    int rowLength(int sequenceLength) {
      return sequenceLength + 1;
    }

    @Override
    int tokensRead(int sequenceLength) {
      return sequenceLength + 1;
    }

    @Override
    int shortest() {
      return 1;
    }
  },

  /** For a masked model: {@code [CLS]}, S - 2 tokens, {@code [SEP]}. */
  MASKED {
    @Override
    int stride(int sequenceLength) {
      return sequenceLength - 2;
    }

    @Override
    int rowLength(int sequenceLength) {
      return sequenceLength;
    }

    @Override
    int tokensRead(int sequenceLength) {
      return sequenceLength - 2;
    }

    @Override
    int shortest() {
      return 3;
    }
  };

  /** From the start of a window to the start of the next. */
  abstract int stride(int sequenceLength);

  /** Ids in a row. */
  abstract int rowLength(int sequenceLength);

  /** Tokens a row takes from the store. */
  abstract int tokensRead(int sequenceLength);

  abstract int shortest();
}
