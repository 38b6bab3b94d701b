package org.espalier.tf.report;

import java.util.Objects;

/**
 * The start of a stage and what it will train.
 *
 * @param at before the stage's first step
 * @param name the stage's name in the schedule; may be empty
 * @param blocks blocks of the model
 * @param parameters numbers in the model's variables
 * @param trainableParameters those that this stage changes
 * @param steps optimizer steps planned
 * @param batchSize rows per step
 * @param sequenceLength tokens per row
 * @param forwardFlops floating-point operations of one step's forward pass
 * @param backwardFlops floating-point operations of one step's backward pass
 * @param densityScaledFlops those of both passes that are left if products with a sparse kernel are
 *     scaled by its density; as many as both passes have where all such products are made by blocks
 * @param wholeKernelFlops those of both passes if all kernels were multiplied whole, zeros too
 */
public record StageStart(
    RunPosition at,
    String name,
    int blocks,
    long parameters,
    long trainableParameters,
    long steps,
    int batchSize,
    int sequenceLength,
    double forwardFlops,
    double backwardFlops,
    double densityScaledFlops,
    double wholeKernelFlops)
    implements RunEvent {

  /** Makes the start of a stage that trains a dense model. */
  public StageStart(
      RunPosition at,
      String name,
      int blocks,
      long parameters,
      long trainableParameters,
      long steps,
      int batchSize,
      int sequenceLength,
      double forwardFlops,
      double backwardFlops) {
    this(
        at,
        name,
        blocks,
        parameters,
        trainableParameters,
        steps,
        batchSize,
        sequenceLength,
        forwardFlops,
        backwardFlops,
        forwardFlops + backwardFlops,
        forwardFlops + backwardFlops);
  }

  /** Checks that position and name are there. */
  public StageStart {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(name, "name");
  }
}
