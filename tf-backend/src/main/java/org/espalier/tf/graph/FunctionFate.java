package org.espalier.tf.graph;

import java.util.Locale;

/**
 * What became of a concrete function when the number of blocks changed.
 *
 * @param function its name
 * @param kind what was done
 * @param reason why, in words for the user
 */
public record FunctionFate(String function, Kind kind, String reason) {
  /** What can be done with a function. */
  public enum Kind {
    /** Kept byte for byte: it holds no block, or only such as remain. */
    VERBATIM,
    /** Kept, and bound to the variables of new blocks as well: it holds one block. */
    REUSED,
    /** Written anew from its flat body. */
    REWRITTEN,
    /** Left out. */
    DROPPED
  }

  @Override
  public String toString() {
    return function + ": " + kind.name().toLowerCase(Locale.ROOT) + ", " + reason;
  }
}
