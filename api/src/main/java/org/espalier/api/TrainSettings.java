package org.espalier.api;

import java.util.List;

/**
 * How a stage trains.
 *
 * @param objective what is predicted
 * @param steps optimizer steps; 0 trains nothing
 * @param batch sequences or images a step
 * @param sequence tokens a sequence; 0 for {@link Objective#CLASSIFICATION}
 * @param optimizer optimizer and learning rate
 * @param trainable which parameters change
 * @param evaluateEvery steps between evaluations on held-out text; each stage is also evaluated at
 *     its start and end
 * @param evaluationBatches batches an evaluation takes
 * @param checkpointEvery steps between checkpoints; 0 for the end of the stage only
 * @param periodic operators that run between the steps, in order
 * @param groups parameters with learning rates of their own; one belongs to the first that has it
 * @param accumulate into how many parts of equal size a batch is cut; their gradients are summed,
 *     so that a step takes the memory of one part and does what the whole batch would
 * @param precision the types that a step computes in
 */
public record TrainSettings(
    Objective objective,
    long steps,
    int batch,
    int sequence,
    OptimizerSettings optimizer,
    TrainableSet trainable,
    long evaluateEvery,
    int evaluationBatches,
    long checkpointEvery,
    List<PeriodicStep> periodic,
    List<ParameterGroup> groups,
    int accumulate,
    Precision precision) {

  /**
   * Makes settings of undivided batches in the model's own types, without operators between the
   * steps and groups.
   */
  public TrainSettings(
      Objective objective,
      long steps,
      int batch,
      int sequence,
      OptimizerSettings optimizer,
      TrainableSet trainable,
      long evaluateEvery,
      int evaluationBatches,
      long checkpointEvery) {
    this(
        objective,
        steps,
        batch,
        sequence,
        optimizer,
        trainable,
        evaluateEvery,
        evaluationBatches,
        checkpointEvery,
        List.of(),
        List.of(),
        1,
        Precision.FULL);
  }

  /** Copies the lists and checks the ranges. */
  public TrainSettings {
    periodic = List.copyOf(periodic);
    groups = List.copyOf(groups);
    check(steps >= 0, "steps", steps, "at least 0");
    check(batch >= 1, "batch", batch, "at least 1");
    if (objective == Objective.CLASSIFICATION) {
      check(sequence == 0, "sequence", sequence, "0 or left out, as images are no sequences");
    } else {
      check(sequence >= 4, "sequence", sequence, "at least 4");
    }
    check(evaluateEvery >= 1, "evaluate_every", evaluateEvery, "at least 1");
    check(evaluationBatches >= 1, "evaluation_batches", evaluationBatches, "at least 1");
    check(
        accumulate >= 1 && batch % accumulate == 0,
        "accumulate",
        accumulate,
        "at least 1 and a divisor of the batch of " + batch);
    check(checkpointEvery >= 0, "checkpoint_every", checkpointEvery, "at least 0");
  }

  /** Returns whether a selector asks which blocks the growth before the stage added. */
  public boolean asksForNew() {
    return trainable.asksForNew()
        || groups.stream().anyMatch(group -> group.parameters().asksForNew());
  }

  /** Returns the sequences or images of a part of a batch. */
  public int microBatch() {
    return batch / accumulate;
  }

  private static void check(boolean legal, String field, long value, String range) {
    if (!legal) {
      throw new IllegalArgumentException(field + " is " + value + ", must be " + range);
    }
  }
}
