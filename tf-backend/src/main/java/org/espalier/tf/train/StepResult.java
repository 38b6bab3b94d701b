package org.espalier.tf.train;

import java.util.List;

/**
 * What a training step reports.
 *
 * @param loss weighted mean cross-entropy before the update, in nats a token
 * @param gradientNorm norm of all gradients together, before clipping
 * @param gradientSquares of each trained parameter, the square of its gradient's norm, before
 *     clipping
 */
public record StepResult(double loss, double gradientNorm, List<Double> gradientSquares) {
  /** Copies the list. */
  public StepResult {
    gradientSquares = List.copyOf(gradientSquares);
  }
}
