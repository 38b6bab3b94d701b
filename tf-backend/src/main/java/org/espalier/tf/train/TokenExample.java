package org.espalier.tf.train;

import java.util.Arrays;
import org.espalier.tf.data.MaskedBatch;
import org.espalier.tf.data.PretrainingBatch;

/** Tokens, and the token to predict at each position. */
public final class TokenExample implements Example {
  private final int[][] tokens;
  private final int[][] labels;
  private final float[][] weights;
  private final int[][] segments;
  private final int[][] attended;

  /**
   * Creates an example of arrays [batch, sequence], which are not copied.
   *
   * @param tokens token ids
   * @param labels the token id to predict at each position
   * @param weights how much each position counts in the loss
   */
  public TokenExample(int[][] tokens, int[][] labels, float[][] weights) {
    this(tokens, labels, weights, filled(tokens, 0), filled(tokens, 1));
  }

  private TokenExample(
      int[][] tokens, int[][] labels, float[][] weights, int[][] segments, int[][] attended) {
    this.tokens = tokens;
    this.labels = labels;
    this.weights = weights;
    this.segments = segments;
    this.attended = attended;
  }

  private static int[][] filled(int[][] like, int value) {
    int[][] filled = new int[like.length][];
    for (int i = 0; i < like.length; i++) {
      filled[i] = new int[like[i].length];
      Arrays.fill(filled[i], value);
    }
    return filled;
  }

  /** The masked tokens of a batch, to be predicted where they were masked. */
  static TokenExample masked(MaskedBatch batch) {
    return new TokenExample(batch.inputs(), batch.labels(), batch.weights());
  }

  /** Tokens that were masked beforehand, with segments and padding of their own. */
  static TokenExample masked(PretrainingBatch batch) {
    MaskedBatch masked = batch.masked();
    return new TokenExample(
        masked.inputs(), masked.labels(), masked.weights(), batch.segments(), batch.attended());
  }

  /** Each token of {@code rows}, [batch, sequence + 1], to be predicted from those before it. */
  static TokenExample nextToken(int[][] rows) {
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
    return new TokenExample(tokens, labels, weights);
  }

  /** The same, filled up to {@code batch} sequences by some that have no weight. */
  TokenExample padded(int batch) {
    int there = tokens.length;
    int[][] moreTokens = Arrays.copyOf(tokens, batch);
    int[][] moreLabels = Arrays.copyOf(labels, batch);
    float[][] moreWeights = Arrays.copyOf(weights, batch);
    int[][] moreSegments = Arrays.copyOf(segments, batch);
    int[][] moreAttended = Arrays.copyOf(attended, batch);
    for (int i = there; i < batch; i++) {
      moreTokens[i] = tokens[0];
      moreLabels[i] = labels[0];
      moreWeights[i] = new float[weights[0].length];
      moreSegments[i] = segments[0];
      moreAttended[i] = attended[0];
    }
    return new TokenExample(moreTokens, moreLabels, moreWeights, moreSegments, moreAttended);
  }

  /** The token ids, [batch · sequence]. */
  int[] tokens() {
    return flat(tokens);
  }

  /** The segment of each token, [batch · sequence]. */
  int[] segments() {
    return flat(segments);
  }

  /** 1 at each token, 0 at padding, [batch · sequence]. */
  int[] attended() {
    return flat(attended);
  }

  @Override
  public StepShape shape() {
    return StepShape.tokens(tokens.length, tokens[0].length);
  }

  @Override
  public int[] labels() {
    return flat(labels);
  }

  @Override
  public float[] weights() {
    float[] flat = new float[weights.length * weights[0].length];
    for (int i = 0; i < weights.length; i++) {
      System.arraycopy(weights[i], 0, flat, i * weights[0].length, weights[0].length);
    }
    return flat;
  }

  private static int[] flat(int[][] rows) {
    return Arrays.stream(rows).flatMapToInt(Arrays::stream).toArray();
  }
}
