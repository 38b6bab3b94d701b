package org.espalier.tf.report;

/**
 * Hears what a run does while it does it, on the thread that trains: a slow listener slows the run.
 *
 * <p>Every method does nothing unless it is overridden.
 */
public interface ProgressListener {

  /** A stage is about to take its first step, or the next one after a resume. */
  default void onStageStart(StageStart stage) {}

  /** A step was taken. */
  default void onStep(StepProgress progress) {}

  /** The held-out loss was measured. */
  default void onEvaluation(EvalPoint evaluation) {}

  /** A checkpoint was saved. */
  default void onCheckpoint(CheckpointSaved checkpoint) {}

  /** An operator made the next stage's model. */
  default void onGrow(Growth growth) {}

  /** An operator changed weights between two steps. */
  default void onInSessionGrowth(InSessionGrowth growth) {}

  /** A listener that ignores everything. */
  static ProgressListener silent() {
    return new ProgressListener() {};
  }
}
