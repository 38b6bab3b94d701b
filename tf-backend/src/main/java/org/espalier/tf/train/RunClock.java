package org.espalier.tf.train;

import java.util.function.Supplier;

/** How long a run has taken, over all its sessions. */
final class RunClock {
  private final double before;
  private final long start = System.nanoTime();
  private long excluded;

  /** Continues after {@code before} seconds of earlier sessions. */
  RunClock(double before) {
    this.before = before;
  }

  double seconds() {
    return before + (System.nanoTime() - start - excluded) * 1e-9;
  }

  /** Stands still for what is no work of the run, such as looking at it. */
  <T> T stopped(Supplier<T> look) {
    long from = System.nanoTime();
    try {
      return look.get();
    } finally {
      excluded += System.nanoTime() - from;
    }
  }
}
