package org.espalier.tf.train;

import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** How long a run has taken, over all its sessions. */
final class RunClock {
  private final double before;
  private final LongSupplier nanos;
  private final long start;
  private long excluded;

  /** Continues after {@code before} seconds of earlier sessions. */
  RunClock(double before) {
    this(before, System::nanoTime);
  }

  RunClock(double before, LongSupplier nanos) {
    this.before = before;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  double seconds() {
    return before + (nanos.getAsLong() - start - excluded) * 1e-9;
  }

  /** Stands still for what is no work of the run, such as looking at it. */
  <T> T stopped(Supplier<T> look) {
    long from = nanos.getAsLong();
    try {
      return look.get();
    } finally {
      excluded += nanos.getAsLong() - from;
    }
  }
}
