package org.espalier.tf.train;

import java.util.Arrays;
import org.espalier.tf.data.MaskedBatch;

/** What one step is shown and asked. Arrays are [batch, sequence] and not copied. */
public final class Example {
  private final int[][] tokens;
  private final int[][] labels;
  private final float[][] weights;

  /**
   * Creates an example.
   *
   * @param tokens token ids
   * @param labels the token id to predict at each position
   * @param weights how much each position counts in the loss
   */
  public Example(int[][] tokens, int[][] labels, float[][] weights) {
    this.tokens = tokens;
    this.labels = labels;
    this.weights = weights;
  }

  /** The masked tokens of a batch, to be predicted where they were masked. */
  static Example masked(MaskedBatch batch) {
    return new Example(batch.inputs(), batch.labels(), batch.weights());
  }

  /** Each token of {@code rows}, [batch, sequence + 1], to be predicted from those before it. */
  static Example nextToken(int[][] rows) {
    int[][] tokens = new int[rows.length][];
    int[][] labels = new int[rows.length][];
    float[][] weights = new float[rows.length][];
    for (int i = 0; i < rows.length; i++) {
      int length = rows[i].length - 1;
      tokens[i] = Arrays.copyOfRange(rows[i], 0, length);
      labels[i] = Arrays.copyOfRange(rows[i], 1, length + 1);
      weights[i] = new float[length];
      Arrays.fill(weights[i], 1);
    }
    return new Example(tokens, labels, weights);
  }

  int[][] tokens() {
    return tokens;
  }

  int[][] labels() {
    return labels;
  }

  float[][] weights() {
    return weights;
  }
}
