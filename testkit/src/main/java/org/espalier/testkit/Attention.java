package org.espalier.testkit;

import java.util.Arrays;

/** Scaled dot-product attention over several heads (Vaswani et al., 2017). */
final class Attention {
  private Attention() {}

  /** Returns softmax(q·kᵀ/√head_size + mask)·v of each head, heads beside each other. */
  static double[][] context(
      double[][] query, double[][] key, double[][] value, int heads, boolean causal) {
    int positions = query.length;
    int size = query[0].length / heads;
    double[][] context = new double[positions][query[0].length];
    for (int head = 0; head < heads; head++) {
      for (int i = 0; i < positions; i++) {
        int seen = causal ? i + 1 : positions;
        double[] weights = softmax(scores(query[i], key, head * size, size, seen));
        for (int j = 0; j < seen; j++) {
          for (int u = head * size; u < (head + 1) * size; u++) {
            context[i][u] += weights[j] * value[j][u];
          }
        }
      }
    }
    return context;
  }

  private static double[] scores(double[] query, double[][] key, int from, int size, int seen) {
    double[] scores = new double[seen];
    for (int j = 0; j < seen; j++) {
      for (int u = from; u < from + size; u++) {
        scores[j] += query[u] * key[j][u];
      }
      scores[j] /= Math.sqrt(size);
    }
    return scores;
  }

  private static double[] softmax(double[] scores) {
    double most = Arrays.stream(scores).max().orElseThrow();
    double[] powers = Arrays.stream(scores).map(score -> Math.exp(score - most)).toArray();
    double sum = Arrays.stream(powers).sum();
    return Arrays.stream(powers).map(power -> power / sum).toArray();
  }
}
