package org.espalier.tf.graph;

import java.io.Serial;

/** A node is not what its op's signature says; the message goes on after the node's name. */
final class MalformedNodeException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1;

  MalformedNodeException(String message) {
    super(message);
  }
}
