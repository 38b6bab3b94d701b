package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Learning rates of groups")
class ParameterGroupTest {
  private static final OptionalDouble NONE = OptionalDouble.empty();
  private static final OptionalLong NEVER = OptionalLong.empty();

  /** 4, 8, 6, 4, 2. */
  private static final OptimizerSettings STAGE =
      new OptimizerSettings(8, 2, 2, 0.9, 0.999, 1e-6, 0, 0);

  private static ParameterGroup group(
      double factor,
      OptionalDouble rate,
      OptionalDouble end,
      OptionalLong warmup,
      OptionalLong rewarm) {
    return new ParameterGroup(TrainableSet.ALL, factor, rate, end, warmup, rewarm);
  }

  private static double[] rates(ParameterGroup group) {
    return LongStream.rangeClosed(1, 5)
        .mapToDouble(step -> group.learningRate(STAGE, step, 5))
        .toArray();
  }

  @Test
  void aFactorCountsAtEveryStep() {
    assertThat(rates(group(0.5, NONE, NONE, NEVER, NEVER))).containsExactly(2, 4, 3, 2, 1);
  }

  @Test
  void ownSettingsReplaceThoseOfTheStage() {
    assertThat(rates(group(1, OptionalDouble.of(12), NONE, OptionalLong.of(0), NEVER)))
        .containsExactly(new double[] {10, 8, 6, 4, 2}, within(1e-12));
    assertThat(rates(group(1, NONE, OptionalDouble.of(5), NEVER, NEVER)))
        .containsExactly(new double[] {4, 8, 7, 6, 5}, within(1e-12));
  }

  @Test
  void rewarmingRisesToTheCurveAndFollowsIt() {
    assertThat(rates(group(2, NONE, NONE, NEVER, OptionalLong.of(4))))
        .containsExactly(2, 8, 9, 8, 4);
    assertThat(rates(group(1, NONE, NONE, NEVER, OptionalLong.of(0))))
        .containsExactly(4, 8, 6, 4, 2);
  }

  @Test
  void whatContradictsItselfIsRefused() {
    assertThatThrownBy(() -> group(2, OptionalDouble.of(1), NONE, NEVER, NEVER))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("learning_rate_factor is 2.0 beside");
    assertThatThrownBy(() -> group(1, NONE, NONE, NEVER, NEVER))
        .hasMessageContaining("a group needs one of them");
    assertThatThrownBy(() -> group(Double.NaN, NONE, NONE, NEVER, NEVER))
        .hasMessageContaining("learning_rate_factor is NaN");
    assertThatThrownBy(() -> group(1, OptionalDouble.of(-1), NONE, NEVER, NEVER))
        .hasMessageContaining("learning_rate is -1.0, must be above 0");
  }
}
