package org.espalier.operators;

import org.espalier.api.Selector;

/**
 * An α for some parameters, written {@code SELECTOR:ALPHA}.
 *
 * @param selector which
 * @param alpha the share of the reference
 */
record Share(Selector selector, double alpha) {

  /**
   * Returns the share that a text says.
   *
   * @throws IllegalArgumentException if it says none
   */
  static Share parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "overrides holds '%s', which must be SELECTOR:ALPHA, such as role=embedding:0.25"
              .formatted(text));
    }
    double alpha;
    try {
      alpha = Double.parseDouble(text.substring(colon + 1).strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "overrides holds '%s', whose α must be a number from 0 to 1".formatted(text), e);
    }
    check("overrides", alpha);
    try {
      return new Share(new Selector(text.substring(0, colon).strip()), alpha);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("overrides: " + e.getMessage(), e);
    }
  }

  static void check(String option, double alpha) {
    if (!(alpha >= 0 && alpha <= 1)) {
      throw new IllegalArgumentException("%s is %s, must be from 0 to 1".formatted(option, alpha));
    }
  }

  @Override
  public String toString() {
    return selector + ":" + alpha;
  }
}
