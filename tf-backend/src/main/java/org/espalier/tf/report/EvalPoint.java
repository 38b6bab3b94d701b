package org.espalier.tf.report;

import java.util.Objects;

/**
 * One measurement on held-out text.
 *
 * @param at when it was made
 * @param loss nats per predicted token
 */
public record EvalPoint(RunPosition at, double loss) implements RunEvent {

  /** Checks that the position is there. */
  public EvalPoint {
    Objects.requireNonNull(at, "at");
  }
}
