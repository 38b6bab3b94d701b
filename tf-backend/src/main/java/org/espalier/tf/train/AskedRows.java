package org.espalier.tf.train;

import java.util.stream.IntStream;

/** The rows of an example that a body makes logits of, with labels and weights. */
final class AskedRows {
  private final int[] positions;
  private final int[] labels;
  private final float[] weights;

  private AskedRows(int[] positions, int[] labels, float[] weights) {
    this.positions = positions;
    this.labels = labels;
    this.weights = weights;
  }

  static AskedRows all(Example example) {
    int[] labels = example.labels();
    return new AskedRows(IntStream.range(0, labels.length).toArray(), labels, example.weights());
  }

  /** Those that have weight; the first where none has, as no tensor should be empty. */
  static AskedRows weighted(Example example) {
    int[] labels = example.labels();
    float[] weights = example.weights();
    int[] positions = IntStream.range(0, weights.length).filter(i -> weights[i] != 0).toArray();
    if (positions.length == 0) {
      positions = new int[] {0};
    }
    int[] askedLabels = IntStream.of(positions).map(i -> labels[i]).toArray();
    float[] askedWeights = new float[positions.length];
    for (int i = 0; i < positions.length; i++) {
      askedWeights[i] = weights[positions[i]];
    }
    return new AskedRows(positions, askedLabels, askedWeights);
  }

  /** Numbers of the rows, ascending. */
  int[] positions() {
    return positions;
  }

  int[] labels() {
    return labels;
  }

  float[] weights() {
    return weights;
  }
}
