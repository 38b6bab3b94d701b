package org.espalier.api;

import java.util.OptionalLong;

/**
 * Makes the stages of a schedule longer or shorter by one factor.
 *
 * <p>All that is counted in steps of a stage's length follows: warm-ups, the steps of a fall and
 * between evaluations, and the period of what runs between steps, so that it runs about as often.
 * The steps between checkpoints stay, as they bound what a crash costs.
 *
 * @param factor above 0
 */
record BudgetScale(double factor) {
  BudgetScale {
    if (!(factor > 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException("budget is " + factor + ", must be above 0");
    }
  }

  Stage stage(Stage stage) {
    return new Stage(stage.name(), settings(stage.train()), stage.grow(), stage.slots());
  }

  private TrainSettings settings(TrainSettings train) {
    return new TrainSettings(
        train.objective(),
        atLeastOne(train.steps()),
        train.batch(),
        train.sequence(),
        optimizer(train.optimizer()),
        train.trainable(),
        atLeastOne(train.evaluateEvery()),
        train.evaluationBatches(),
        train.checkpointEvery(),
        train.periodic().stream()
            .map(p -> new PeriodicStep(p.operator(), p.options(), atLeastOne(p.every())))
            .toList(),
        train.groups().stream().map(this::group).toList(),
        train.accumulate(),
        train.precision());
  }

  private OptimizerSettings optimizer(OptimizerSettings settings) {
    LearningRateDecay decay = settings.decay();
    return settings
        .withRates(
            settings.learningRate(), settings.endLearningRate(), atLeastOne(settings.warmupSteps()))
        .with(new LearningRateDecay(decay.form(), atLeastOne(decay.steps())));
  }

  private ParameterGroup group(ParameterGroup group) {
    return new ParameterGroup(
        group.parameters(),
        group.factor(),
        group.learningRate(),
        group.endLearningRate(),
        scaled(group.warmupSteps()),
        scaled(group.rewarm()));
  }

  private OptionalLong scaled(OptionalLong steps) {
    return steps.isPresent()
        ? OptionalLong.of(atLeastOne(steps.getAsLong()))
        : OptionalLong.empty();
  }

  /** What is 0 means none, and stays. */
  private long atLeastOne(long steps) {
    if (steps == 0) {
      return 0;
    }
    double scaled = Math.rint((double) steps * factor);
    if (scaled > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "budget is %s, which makes %s of %d steps; at most %d are possible"
              .formatted(factor, scaled, steps, Integer.MAX_VALUE));
    }
    return Math.max(1, (long) scaled);
  }
}
