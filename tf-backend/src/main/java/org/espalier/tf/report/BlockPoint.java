package org.espalier.tf.report;

import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * One look at the blocks of a model while it is trained.
 *
 * @param at when it was made
 * @param copyDistance the mean relative distance between blocks that a growth copied from the same
 *     block, from 0 (equal) to 2 (opposite); empty where there are none
 * @param unitDistance as {@code copyDistance}, between slices of kernels that a growth in width
 *     copied from the same slice; empty where there are none
 * @param gradientNorms by block, the norm of the gradients of the last step, before clipping; not a
 *     number for a block without trained parameters; empty before a stage's first step
 */
public record BlockPoint(
    RunPosition at,
    OptionalDouble copyDistance,
    OptionalDouble unitDistance,
    List<Double> gradientNorms)
    implements RunEvent {

  /** Copies the list and checks that the rest is there. */
  public BlockPoint {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(copyDistance, "copyDistance");
    Objects.requireNonNull(unitDistance, "unitDistance");
    gradientNorms = List.copyOf(gradientNorms);
  }
}
