package org.espalier.tf.data;

/** Masked sequences with their segments and padding. Arrays are [rows, sequence] and not copied. */
public final class PretrainingBatch {
  private final MaskedBatch masked;
  private final int[][] segments;
  private final int[][] attended;

  PretrainingBatch(MaskedBatch masked, int[][] segments, int[][] attended) {
    this.masked = masked;
    this.segments = segments;
    this.attended = attended;
  }

  /** What is shown and asked. */
  public MaskedBatch masked() {
    return masked;
  }

  /** The segment of each token. */
  public int[][] segments() {
    return segments;
  }

  /** 1 at each token, 0 at padding. */
  public int[][] attended() {
    return attended;
  }
}
