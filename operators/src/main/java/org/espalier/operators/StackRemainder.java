package org.espalier.operators;

import java.util.function.IntUnaryOperator;

/** Which blocks come again where whole copies don't fill the next model. */
enum StackRemainder {
  /** The top ones, as in bert2BERT. */
  TOP,
  /** The bottom ones: t mod L throughout. */
  BOTTOM;

  IntUnaryOperator sources(int old, int count) {
    int whole = count / old * old;
    int rest = count - whole;
    return t -> t < whole || this == BOTTOM ? t % old : old - rest + t - whole;
  }
}
