package org.espalier.tf.train;

import java.util.Arrays;
import org.espalier.api.Objective;
import org.espalier.tf.data.Batches;
import org.espalier.tf.data.Framing;
import org.espalier.tf.data.MaskedBatch;
import org.espalier.tf.data.MlmMasking;
import org.espalier.tf.data.TokenSpan;

/** The examples of an objective: each a pure function of its number. */
final class StageExamples {
  private final Objective objective;
  private final int batch;
  private final Batches batches;
  private final MlmMasking masking;

  private StageExamples(Objective objective, int batch, Batches batches, MlmMasking masking) {
    this.objective = objective;
    this.batch = batch;
    this.batches = batches;
    this.masking = masking;
  }

  /** Examples to train on: shuffled, and masked anew each time, by {@code seed}. */
  static StageExamples training(
      Objective objective, TokenSpan span, int batch, int sequence, long seed) {
    return new StageExamples(
        objective,
        batch,
        Batches.shuffled(span, framing(objective), sequence, seed),
        MlmMasking.training(span.store().tokenizer(), seed));
  }

  /** Examples to measure on: at most {@code count} of them, always the same. */
  static StageExamples heldOut(
      Objective objective, TokenSpan span, int batch, int sequence, int count) {
    return new StageExamples(
        objective,
        batch,
        Batches.inOrder(span, framing(objective), sequence, (long) count * batch),
        MlmMasking.heldOut(span.store().tokenizer()));
  }

  private static Framing framing(Objective objective) {
    return objective == Objective.MLM ? Framing.MASKED : Framing.CAUSAL;
  }

  /** Returns the example of a step whose first row is {@code firstRow} of the run. */
  Example training(long firstRow, long step) {
    int[][] rows = batches.rows(firstRow, batch);
    return objective == Objective.MLM
        ? Example.masked(masking.apply(rows, step, 0))
        : Example.nextToken(rows);
  }

  /** Returns the number of examples to measure on. */
  int count() {
    return Math.toIntExact((batches.rows() + batch - 1) / batch);
  }

  /** Returns an example to measure on; rows that the last one lacks are there with weight 0. */
  Example heldOut(int number) {
    long first = (long) number * batch;
    int there = (int) Math.min(batch, batches.rows() - first);
    int[][] rows = batches.rows(first, there);
    if (objective == Objective.CLM) {
      return padded(Example.nextToken(rows));
    }
    MaskedBatch masked = masking.apply(rows, 0, first);
    return padded(Example.masked(masked));
  }

  private Example padded(Example example) {
    int there = example.tokens().length;
    int[][] tokens = Arrays.copyOf(example.tokens(), batch);
    int[][] labels = Arrays.copyOf(example.labels(), batch);
    float[][] weights = Arrays.copyOf(example.weights(), batch);
    for (int i = there; i < batch; i++) {
      tokens[i] = tokens[0];
      labels[i] = labels[0];
      weights[i] = new float[weights[0].length];
    }
    return new Example(tokens, labels, weights);
  }
}
