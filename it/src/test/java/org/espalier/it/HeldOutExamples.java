package org.espalier.it;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.api.Objective;
import org.espalier.tf.data.Batches;
import org.espalier.tf.data.Framing;
import org.espalier.tf.data.MaskedBatch;
import org.espalier.tf.data.MlmMasking;
import org.espalier.tf.data.TokenSpan;
import org.espalier.tf.data.TokenStore;

/** What a model is measured on, for Python to measure too. */
final class HeldOutExamples {
  private HeldOutExamples() {}

  /** Returns inputs, labels and weights of each batch, all [rows, sequence]. */
  static List<Map<String, Object>> of(
      TokenStore text, Objective objective, int batch, int sequence, int count) {
    TokenSpan span = text.split().heldOut();
    boolean masked = objective == Objective.MLM;
    Batches batches =
        Batches.inOrder(
            span, masked ? Framing.MASKED : Framing.CAUSAL, sequence, (long) count * batch);
    List<Map<String, Object>> examples = new ArrayList<>();
    for (long first = 0; first < batches.rows(); first += batch) {
      int[][] rows = batches.rows(first, (int) Math.min(batch, batches.rows() - first));
      if (masked) {
        MaskedBatch hidden = MlmMasking.heldOut(text.tokenizer()).apply(rows, 0, first);
        examples.add(example(hidden.inputs(), hidden.labels(), hidden.weights()));
      } else {
        int[][] inputs = new int[rows.length][];
        int[][] labels = new int[rows.length][];
        float[][] weights = new float[rows.length][sequence];
        for (int i = 0; i < rows.length; i++) {
          inputs[i] = Arrays.copyOf(rows[i], sequence);
          labels[i] = Arrays.copyOfRange(rows[i], 1, sequence + 1);
          Arrays.fill(weights[i], 1);
        }
        examples.add(example(inputs, labels, weights));
      }
    }
    return examples;
  }

  private static Map<String, Object> example(int[][] inputs, int[][] labels, float[][] weights) {
    return Map.of("inputs", inputs, "labels", labels, "weights", weights);
  }
}
