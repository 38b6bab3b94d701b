package org.espalier.api;

import java.io.Serial;

/**
 * Thrown when a request cannot be met, with a message meant for the user.
 *
 * <p>The message is one line that says what was asked, what was found, what is allowed and what to
 * do; only a plugin that is not found takes more lines, indented, for what is there instead.
 * Nothing has been written when it is thrown.
 */
public final class EspalierException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  /** Creates an exception that shows {@code message} to the user. */
  public EspalierException(String message) {
    super(message);
  }

  /** Creates an exception that shows {@code message} and keeps {@code cause} for a stack trace. */
  public EspalierException(String message, Throwable cause) {
    super(message, cause);
  }
}
