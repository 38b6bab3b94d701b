package org.espalier.tf.bundle;

import java.io.Serial;

/** Says how a tensor's bytes contradict themselves; the reader adds which tensor and where. */
final class DamagedContentException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  DamagedContentException(String message) {
    super(message);
  }
}
