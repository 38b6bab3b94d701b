package org.espalier.api;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Stages of training with growth between them.
 *
 * @param name for people
 * @param summary what it does, in one line
 * @param model the model of the first stage
 * @param seed of initial weights, data order, masking, dropout and growth
 * @param heldOut share of the text that is only evaluated on, in (0, 1)
 * @param stages at least one
 */
public record Schedule(
    String name,
    String summary,
    ModelRequest model,
    long seed,
    double heldOut,
    List<Stage> stages) {
  /** Copies and checks the stages. */
  public Schedule {
    stages = List.copyOf(stages);
    if (stages.isEmpty()) {
      throw new IllegalArgumentException("a schedule needs at least one stage");
    }
    if (!(heldOut > 0 && heldOut < 1)) {
      throw new IllegalArgumentException("held_out is " + heldOut + ", must be in (0, 1)");
    }
    Set<String> names = new HashSet<>();
    Stage before = null;
    for (Stage stage : stages) {
      if (stage.train().asksForNew() && (before == null || before.grow().isEmpty())) {
        throw new IllegalArgumentException(
            "stage '%s' selects what is new, but no growth comes directly before it; write blocks=FROM..TO"
                .formatted(stage.name()));
      }
      before = stage;
      for (GrowthStep step : stage.grow()) {
        for (String reference : step.references().values()) {
          if (!names.contains(reference)) {
            throw new IllegalArgumentException(
                "stage '%s' refers to '%s', which is no earlier stage; earlier ones are %s"
                    .formatted(stage.name(), reference, names));
          }
        }
      }
      if (!names.add(stage.name())) {
        throw new IllegalArgumentException("two stages are named '" + stage.name() + "'");
      }
    }
  }

  /** Returns the same schedule with another seed. */
  public Schedule withSeed(long other) {
    return new Schedule(name, summary, model, other, heldOut, stages);
  }

  /**
   * Returns the same schedule with all stages longer or shorter by one factor: their steps, and
   * with them warm-ups, falls of the learning rate, the steps between evaluations and the periods
   * of periodic steps. Numbers of steps are rounded, and at least 1 unless they were 0; checkpoints
   * stay as often as they were.
   *
   * @param budget the factor
   * @throws IllegalArgumentException if it is not above 0, or makes more steps than an int holds
   */
  public Schedule scaled(double budget) {
    BudgetScale scale = new BudgetScale(budget);
    return new Schedule(
        name, summary, model, seed, heldOut, stages.stream().map(scale::stage).toList());
  }
}
