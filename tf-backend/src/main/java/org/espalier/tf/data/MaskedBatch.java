package org.espalier.tf.data;

/** What a masked language model is shown and asked. Arrays are [rows, length] and not copied. */
public final class MaskedBatch {
  private final int[][] inputs;
  private final int[][] labels;
  private final float[][] weights;

  MaskedBatch(int[][] inputs, int[][] labels, float[][] weights) {
    this.inputs = inputs;
    this.labels = labels;
    this.weights = weights;
  }

  /** Token ids with some replaced. */
  public int[][] inputs() {
    return inputs;
  }

  /** The token ids before masking, at every position. */
  public int[][] labels() {
    return labels;
  }

  /** 1 where the label is to be predicted, 0 elsewhere. */
  public float[][] weights() {
    return weights;
  }
}
