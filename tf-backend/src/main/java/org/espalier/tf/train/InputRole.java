package org.espalier.tf.train;

import java.util.Locale;

/** What an input of a model is fed. */
public enum InputRole {
  /** Token ids, [batch, sequence]. */
  TOKENS,
  /** Segment of each token, all 0 unless the data has segments, [batch, sequence]. */
  SEGMENTS,
  /** 1 at each position that may be attended to: all but padding, [batch, sequence]. */
  MASK,
  /**
   * 0, 1, 2 and so on for each sequence, [batch, sequence]: the positions of the tokens, or those
   * that logits are wanted at.
   */
  POSITIONS,
  /** Pictures, [batch, height, width, channels] or [batch, channels, height, width]. */
  IMAGES;

  /** Returns the name of the role, as users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
