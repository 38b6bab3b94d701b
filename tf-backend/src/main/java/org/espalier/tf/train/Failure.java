package org.espalier.tf.train;

/** Shortens TensorFlow's messages, which list nodes and stacks after the first line. */
public final class Failure {
  private static final int LONGEST = 300;

  private Failure() {}

  /** Returns the first line of a message, of limited length. */
  public static String firstLine(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    String line = message.lines().findFirst().orElse("");
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }
}
