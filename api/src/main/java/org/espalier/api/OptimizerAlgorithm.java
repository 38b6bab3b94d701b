package org.espalier.api;

/** How gradients become updates. All keep the same slots: two moments and a step count. */
public enum OptimizerAlgorithm {
  /** Adam with decoupled weight decay (Loshchilov and Hutter, arXiv 1711.05101, algorithm 2). */
  ADAMW,
  /**
   * AdamW's update, decay included, brought for each parameter to the norm of its weights (You et
   * al., arXiv 1904.00962, algorithm 2).
   *
   * <p>With r = m̂ / (√v̂ + ε) + λ·θ the step is θ ← θ − lr · (‖θ‖ / ‖r‖) · r, the ratio being 1
   * where either norm is 0, and for biases and norms, which do not decay either: as in the
   * implementations that BERT was trained with.
   */
  LAMB
}
