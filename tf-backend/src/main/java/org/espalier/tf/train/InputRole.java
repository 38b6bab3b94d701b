package org.espalier.tf.train;

/** What an input of a model is fed. */
public enum InputRole {
  /** Token ids, [batch, sequence]. */
  TOKENS,
  /** Segment of each token, all 0, [batch, sequence]. */
  SEGMENTS,
  /** 1 at each position that may be attended to, which is all, [batch, sequence]. */
  MASK
}
