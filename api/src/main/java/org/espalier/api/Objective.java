package org.espalier.api;

/** What a model is trained to predict. */
public enum Objective {
  /** Masked tokens: 15 % chosen, of them 80 % masked, 10 % random, 10 % kept (BERT, 2018). */
  MLM,
  /** The next token. */
  CLM
}
