package org.espalier.tf.train;

/** How long a run has taken, over all its sessions. */
final class RunClock {
  private final double before;
  private final long start = System.nanoTime();

  /** Continues after {@code before} seconds of earlier sessions. */
  RunClock(double before) {
    this.before = before;
  }

  double seconds() {
    return before + (System.nanoTime() - start) * 1e-9;
  }
}
