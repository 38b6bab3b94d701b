package org.espalier.api;

/**
 * One condition of a claim, checked on the maps and rules of a plan.
 *
 * @param name what it is about, such as {@code NᵀM = I (ffn)}
 * @param outcome whether it holds
 * @param detail what was found, with numbers; completes a sentence
 */
public record Condition(String name, Outcome outcome, String detail) {

  /** Whether a condition holds. */
  public enum Outcome {
    /** It holds, up to rounding. */
    HOLDS,
    /** It does not. */
    FAILS,
    /** The maps don't tell; only running both models does. */
    UNDECIDED
  }

  static Condition holds(String name, String detail) {
    return new Condition(name, Outcome.HOLDS, detail);
  }

  static Condition fails(String name, String detail) {
    return new Condition(name, Outcome.FAILS, detail);
  }

  static Condition undecided(String name, String detail) {
    return new Condition(name, Outcome.UNDECIDED, detail);
  }

  static Condition of(boolean holds, String name, String detail) {
    return holds ? holds(name, detail) : fails(name, detail);
  }

  @Override
  public String toString() {
    String word =
        switch (outcome) {
          case HOLDS -> "holds";
          case FAILS -> "fails";
          case UNDECIDED -> "is open";
        };
    return name + " " + word + ": " + detail;
  }
}
