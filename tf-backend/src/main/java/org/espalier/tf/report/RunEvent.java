package org.espalier.tf.report;

/** Something that happened in a run: a line of {@code metrics.jsonl}. Events are immutable. */
public sealed interface RunEvent
    permits StageStart, TrainPoint, EvalPoint, BlockPoint, Growth, GrowthLoss, InSessionGrowth {

  /** How far the run had come. */
  RunPosition at();
}
