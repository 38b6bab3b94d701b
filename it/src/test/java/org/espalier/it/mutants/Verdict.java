package org.espalier.it.mutants;

/** How a mutant ended. */
enum Verdict {
  /** An error in one line that names no Java exception, and nothing was written. */
  CLEAR_ERROR,
  /** What was grown computes what the growth of the undamaged model computes. */
  SAME_MODEL,
  /** The mutant is another valid model, and its growth cut back computes what it computes. */
  OTHER_MODEL,
  /** A stray exception, a crash, a hang, too much memory, a stray file or a wrong model. */
  FAIL
}
