package org.espalier.tf.train;

/**
 * How a step's graph is written. The mathematics is the same, the rounding is not, so a run resumes
 * bit-identical only in the form it began in.
 */
enum StepForm {
  /** As the model's function has it, with TensorFlow's gradient of each op. */
  PLAIN,
  /** Loss, activations, norms and dropout with gradients of their own, in few passes. */
  FUSED,
  /** As {@link #FUSED}, with the activations compiled by XLA into one pass each. */
  COMPILED
}
