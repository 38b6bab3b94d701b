package org.espalier.tf.train;

/**
 * Floating-point operations of matrix products, einsums and convolutions in one training step.
 *
 * @param forward of the forward pass
 * @param backward of the backward pass
 */
public record Flops(long forward, long backward) {
  /** Returns those of so many passes. */
  Flops times(int passes) {
    return new Flops(Math.multiplyExact(forward, passes), Math.multiplyExact(backward, passes));
  }

  /** Returns the sum. */
  public long total() {
    return Math.addExact(forward, backward);
  }
}
