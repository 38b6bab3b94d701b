package org.espalier.api;

/** The slots that AdamW keeps for each parameter, beside its step count. */
public enum Moment {
  /** m: the running mean of gradients. */
  FIRST,
  /** v: the running mean of squared gradients. */
  SECOND
}
