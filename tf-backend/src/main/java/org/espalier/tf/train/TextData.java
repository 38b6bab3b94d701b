package org.espalier.tf.train;

import org.espalier.api.EspalierException;
import org.espalier.api.Objective;
import org.espalier.tf.data.Batches;
import org.espalier.tf.data.Framing;
import org.espalier.tf.data.MlmMasking;
import org.espalier.tf.data.TokenSplit;

/** Text, for the objectives mlm and clm. */
final class TextData implements StageData {
  private final TokenSplit text;
  private final Objective objective;
  private final int batch;
  private final int sequence;

  private TextData(TokenSplit text, Objective objective, int batch, int sequence) {
    this.text = text;
    this.objective = objective;
    this.batch = batch;
    this.sequence = sequence;
  }

  /** Checks vocabulary and length, as far as the model's spec states them. */
  static TextData of(
      TrainableModel model, TokenSplit text, Objective objective, int batch, int sequence) {
    TextData data = new TextData(text, objective, batch, sequence);
    Integer vocabulary = model.spec().dimensions().get("vocabulary");
    if (vocabulary != null) {
      data.checkClasses(vocabulary);
    }
    checkPositions(model, sequence);
    new FedRanges(text.vocabulary().size() - 1, 0, sequence - 1).check(model);
    return data;
  }

  static void checkPositions(TrainableModel model, int sequence) {
    Integer positions = model.spec().dimensions().get("positions");
    if (positions != null && positions < sequence) {
      throw new EspalierException(
          "sequence is %d, but the model has %d positions; use at most that"
              .formatted(sequence, positions));
    }
  }

  @Override
  public StepShape shape() {
    return objective == Objective.MLM
        ? StepShape.masked(batch, sequence, MlmMasking.RATE)
        : StepShape.tokens(batch, sequence);
  }

  @Override
  public int positions() {
    return sequence;
  }

  @Override
  public void checkClasses(long classes) {
    int needed = text.vocabulary().size();
    if (classes < needed) {
      throw new EspalierException(
          "The model knows %d tokens, but tokenizer '%s' makes %d; build it with vocabulary %d or more"
              .formatted(classes, text.vocabulary().tokenizer(), needed, needed));
    }
  }

  @Override
  public TrainingExamples training(long seed) {
    Batches batches = Batches.shuffled(text.training(), framing(), sequence, seed);
    MlmMasking masking = MlmMasking.training(text.vocabulary(), seed);
    return (firstRow, step, rowOfStep) ->
        example(batches.rows(firstRow, batch), masking, step, rowOfStep);
  }

  @Override
  public HeldOutExamples heldOut(int count) {
    Batches batches = Batches.inOrder(text.heldOut(), framing(), sequence, (long) count * batch);
    MlmMasking masking = MlmMasking.heldOut(text.vocabulary());
    return HeldOutExamples.of(
        batches.rows(),
        batch,
        (first, there) -> example(batches.rows(first, there), masking, 0, first).padded(batch));
  }

  private TokenExample example(int[][] rows, MlmMasking masking, long step, long row) {
    return objective == Objective.MLM
        ? TokenExample.masked(masking.apply(rows, step, row))
        : TokenExample.nextToken(rows);
  }

  private Framing framing() {
    return objective == Objective.MLM ? Framing.MASKED : Framing.CAUSAL;
  }
}
