package org.espalier.api;

import java.util.List;
import java.util.Optional;
import org.espalier.api.Condition.Outcome;

/**
 * Whether a plan's maps satisfy a claim, condition by condition.
 *
 * <p>A plan of width pairs and a block map is decided by its maps alone, for exact arithmetic.
 * Parameters with rules of their own leave the claim undecided, unless a condition fails whatever
 * they hold. Immutable.
 *
 * @param claim what is claimed
 * @param conditions all that must hold
 */
public record ClaimCheck(Claim claim, List<Condition> conditions) {
  /** Copies the conditions. */
  public ClaimCheck {
    conditions = List.copyOf(conditions);
  }

  /** Checks a claim, whether the plan makes it or not. */
  public static ClaimCheck of(GrowthPlan plan, Claim claim) {
    return switch (claim) {
      case FUNCTION_PRESERVING -> new ClaimCheck(claim, new PreservationCheck(plan).conditions());
    };
  }

  /** Returns whether all conditions hold, one fails, or the maps don't tell. */
  public Outcome outcome() {
    if (failure().isPresent()) {
      return Outcome.FAILS;
    }
    return open().isPresent() ? Outcome.UNDECIDED : Outcome.HOLDS;
  }

  /** Returns the first condition that fails. */
  public Optional<Condition> failure() {
    return first(Outcome.FAILS);
  }

  /** Returns the first condition that the maps do not decide. */
  public Optional<Condition> open() {
    return first(Outcome.UNDECIDED);
  }

  private Optional<Condition> first(Outcome outcome) {
    return conditions.stream().filter(c -> c.outcome() == outcome).findFirst();
  }

  /**
   * Refuses a claim that the maps contradict.
   *
   * @throws EspalierException if a condition fails; the message names it
   */
  public void refuseIfFalse() {
    failure()
        .ifPresent(
            condition -> {
              throw new EspalierException(
                  "the plan claims %s, but %s".formatted(describe(claim), condition));
            });
  }

  static String describe(Claim claim) {
    return switch (claim) {
      case FUNCTION_PRESERVING -> "to preserve the function";
    };
  }

  /** Returns the conditions, a line each. */
  @Override
  public String toString() {
    return String.join("\n", conditions.stream().map(Condition::toString).toList());
  }
}
