package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScaledScheduleTest {
  private static final ModelRequest MODEL = new ModelRequest("gpt", Map.of("preset", "tiny"));

  private static Schedule schedule(long steps, long warmup, long fall, long every, long rewarm) {
    OptimizerSettings optimizer =
        OptimizerSettings.adamW(1e-3, 1e-4, warmup)
            .with(new LearningRateDecay(LearningRateDecay.Form.COSINE, fall))
            .with(OptimizerAlgorithm.LAMB);
    ParameterGroup group =
        new ParameterGroup(
            TrainableSet.ALL,
            2,
            OptionalDouble.empty(),
            OptionalDouble.empty(),
            OptionalLong.empty(),
            OptionalLong.of(rewarm));
    TrainSettings train =
        new TrainSettings(
            Objective.CLM,
            steps,
            16,
            64,
            optimizer,
            TrainableSet.ALL,
            every,
            8,
            100,
            List.of(new PeriodicStep("sparse-reallocate", Map.of("prune", "0.5"), every)),
            List.of(group),
            4,
            Precision.MIXED_BFLOAT16);
    return new Schedule(
        "s", "", MODEL, 7, 0.05, List.of(new Stage("one", train, List.of(), SlotPolicy.RESET)));
  }

  @Test
  void allThatIsCountedInStepsFollows() {
    Schedule shipped = schedule(300, 20, 50, 10, 25);
    assertThat(shipped.scaled(2.5)).isEqualTo(schedule(750, 50, 125, 25, 62));
    assertThat(shipped.scaled(0.5)).isEqualTo(schedule(150, 10, 25, 5, 12));
    assertThat(shipped.scaled(1)).isEqualTo(shipped);
  }

  @Test
  void theCurveOfTheLearningRateKeepsItsShape() {
    TrainSettings one = schedule(300, 20, 50, 10, 25).stages().get(0).train();
    TrainSettings four = schedule(300, 20, 50, 10, 25).scaled(4).stages().get(0).train();
    for (long step : new long[] {1, 20, 100, 250, 280, 300}) {
      assertThat(four.optimizer().learningRate(4 * step, four.steps()))
          .isCloseTo(one.optimizer().learningRate(step, one.steps()), within(1e-12));
    }
  }

  @Test
  void aStageKeepsAStepAndNothingComesOfNothing() {
    assertThat(schedule(3, 0, 0, 1, 0).scaled(0.01)).isEqualTo(schedule(1, 0, 0, 1, 0));
    assertThat(schedule(0, 0, 0, 1, 0).scaled(10)).isEqualTo(schedule(0, 0, 0, 10, 0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY, 1e9})
  void otherFactorsAreRefused(double budget) {
    assertThatThrownBy(() -> schedule(300, 20, 50, 10, 25).scaled(budget))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("budget is " + budget);
  }

  @Test
  void anotherSeedChangesNothingElse() {
    Schedule shipped = schedule(300, 20, 50, 10, 25);
    assertThat(shipped.withSeed(8).seed()).isEqualTo(8);
    assertThat(shipped.withSeed(8).withSeed(7)).isEqualTo(shipped);
  }
}
