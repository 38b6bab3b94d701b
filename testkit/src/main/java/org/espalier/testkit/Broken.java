package org.espalier.testkit;

import java.io.Serial;

/** Thrown where an operator breaks a rule; the message completes "Here …". */
final class Broken extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  Broken(String detail) {
    super(detail);
  }

  Broken(String detail, Throwable cause) {
    super(detail, cause);
  }

  @SuppressWarnings("AnnotateFormatMethod") // Its annotation would be a dependency of plugins.
  static void unless(boolean holds, String detail, Object... arguments) {
    if (!holds) {
      throw new Broken(detail.formatted(arguments));
    }
  }
}
