package org.espalier.api;

import java.util.Locale;

/** What a model is trained to predict. */
public enum Objective {
  /** Masked tokens: 15 % chosen, of them 80 % masked, 10 % random, 10 % kept (BERT, 2018). */
  MLM,
  /** The next token. */
  CLM,
  /** The class of an image. */
  CLASSIFICATION;

  /** Returns the objective's name, as users write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
