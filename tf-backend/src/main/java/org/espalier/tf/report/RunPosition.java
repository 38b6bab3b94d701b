package org.espalier.tf.report;

import org.espalier.api.EspalierException;

/**
 * How far a run has come; every count is from the start of the run, over all its sessions.
 *
 * @param stage the stage, from 0
 * @param step optimizer steps done
 * @param tokens tokens trained on
 * @param seconds wall-clock time
 * @param flops floating-point operations of training, forward and backward
 */
public record RunPosition(int stage, long step, long tokens, double seconds, double flops) {

  /** Checks that no count is negative or not a number. */
  public RunPosition {
    if (stage < 0 || step < 0 || tokens < 0 || !(seconds >= 0) || !(flops >= 0)) {
      throw new EspalierException(
          "a run cannot be at stage %d, step %d, %d tokens, %s seconds, %s FLOPs: allowed is 0 or more"
              .formatted(stage, step, tokens, seconds, flops));
    }
  }

  /** Says whether this comes after {@code step} of {@code stage}. */
  boolean isAfter(int otherStage, long otherStep) {
    return stage > otherStage || (stage == otherStage && step > otherStep);
  }
}
