package org.espalier.tf.train;

import org.espalier.api.EspalierException;
import org.espalier.api.Objective;
import org.espalier.tf.data.PretrainingRows;
import org.espalier.tf.data.PretrainingSplit;
import org.espalier.tf.data.PretrainingStore;

/** Sequences that were masked beforehand, for the objective mlm; the masks are the data's. */
final class PretrainingData implements StageData {
  private final PretrainingSplit sequences;
  private final PretrainingStore store;
  private final int batch;

  private PretrainingData(PretrainingSplit sequences, int batch) {
    this.sequences = sequences;
    this.store = sequences.store();
    this.batch = batch;
  }

  /** Checks what the data asks for, whatever the model. */
  static void check(PretrainingStore store, Objective objective, int sequence) {
    if (objective != Objective.MLM) {
      throw new EspalierException(
          "Objective %s needs text, and %s holds masked sequences; use objective mlm, or text files"
              .formatted(objective.label(), store));
    }
    if (sequence != store.sequence()) {
      throw new EspalierException(
          "sequence is %d, but the sequences of %s have %d tokens; ask for %d, or write the data with sequences of %d"
              .formatted(sequence, store, store.sequence(), store.sequence(), sequence));
    }
  }

  /** Checks ids, segments and length, as far as the model's spec and its look-ups tell. */
  static PretrainingData of(TrainableModel model, PretrainingSplit sequences, int batch) {
    PretrainingData data = new PretrainingData(sequences, batch);
    PretrainingStore store = data.store;
    Integer vocabulary = model.spec().dimensions().get("vocabulary");
    if (vocabulary != null) {
      data.checkClasses(vocabulary);
    }
    TextData.checkPositions(model, store.sequence());
    data.checkInputs(model, model.training());
    data.checkInputs(model, model.inference());
    new FedRanges(store.largestToken(), store.largestSegment(), store.sequence() - 1).check(model);
    return data;
  }

  private void checkInputs(TrainableModel model, ForwardFunction function) {
    Integer segments = model.spec().dimensions().get("token_types");
    if (segments != null
        && function.inputs().containsKey(InputRole.SEGMENTS)
        && store.largestSegment() >= segments) {
      throw new EspalierException(
          "The model knows %d segments, but %s holds segment %d; build it with token_types %d or more"
              .formatted(segments, store, store.largestSegment(), store.largestSegment() + 1));
    }
    if (store.isPadded() && !function.inputs().containsKey(InputRole.MASK)) {
      throw new EspalierException(
          "The sequences of %s have padding, and the model takes no mask that would keep it from attending to it; use a model that takes one, or data without padding"
              .formatted(store));
    }
  }

  @Override
  public StepShape shape() {
    double asked = (double) store.predictions() / (double) store.size();
    return StepShape.masked(batch, store.sequence(), asked / store.sequence());
  }

  @Override
  public int positions() {
    return store.sequence();
  }

  @Override
  public void checkClasses(long classes) {
    if (store.largestToken() >= classes) {
      throw new EspalierException(
          "The model knows %d tokens, but %s holds token %d, first in %s; build it with vocabulary %d or more, or write the data with the model's tokenizer"
              .formatted(
                  classes,
                  store,
                  store.largestToken(),
                  store.largestTokenAt(),
                  store.largestToken() + 1));
    }
  }

  @Override
  public TrainingExamples training(long seed) {
    PretrainingRows rows = sequences.training(seed);
    return (firstRow, step, rowOfStep) -> TokenExample.masked(rows.rows(firstRow, batch));
  }

  @Override
  public HeldOutExamples heldOut(int count) {
    PretrainingRows rows = sequences.heldOut((long) count * batch);
    return HeldOutExamples.of(
        rows.rows(),
        batch,
        (first, there) -> TokenExample.masked(rows.rows(first, there)).padded(batch));
  }
}
