package org.espalier.tf.train;

/**
 * Floating-point operations of matrix products, einsums and convolutions in one training step.
 *
 * @param forward of the forward pass
 * @param backward of the backward pass
 */
public record Flops(long forward, long backward) {
  /** Returns the sum. */
  public long total() {
    return Math.addExact(forward, backward);
  }
}
