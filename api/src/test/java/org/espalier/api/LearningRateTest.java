package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.espalier.api.LearningRateDecay.Form;
import org.junit.jupiter.api.Test;

class LearningRateTest {
  private static OptimizerSettings settings(LearningRateDecay decay, long warmup) {
    return new OptimizerSettings(8, 2, warmup, 0.9, 0.999, 1e-6, 0, 0).with(decay);
  }

  private static double[] rates(LearningRateDecay decay, long warmup, long steps) {
    return LongStream.rangeClosed(1, steps)
        .mapToDouble(step -> settings(decay, warmup).learningRate(step, steps))
        .toArray();
  }

  @Test
  void risesAndFallsOnAStraightLine() {
    assertThat(rates(LearningRateDecay.LINEAR, 2, 5)).containsExactly(4, 8, 6, 4, 2);
    assertThat(rates(LearningRateDecay.LINEAR, 0, 3)).containsExactly(6, 4, 2);
  }

  @Test
  void fallsAlongACosine() {
    double half = Math.sqrt(0.5);
    assertThat(rates(new LearningRateDecay(Form.COSINE, 0), 1, 5))
        .containsExactly(new double[] {8, 5 + 3 * half, 5, 5 - 3 * half, 2}, within(1e-12));
  }

  @Test
  void staysAtThePeakUntilTheLastSteps() {
    assertThat(rates(new LearningRateDecay(Form.LINEAR, 2), 1, 6))
        .containsExactly(8, 8, 8, 8, 5, 2);
    assertThat(rates(new LearningRateDecay(Form.COSINE, 2), 1, 6))
        .containsExactly(new double[] {8, 8, 8, 8, 5, 2}, within(1e-12));
    // More steps than there are after the warm-up are all of them.
    assertThat(rates(new LearningRateDecay(Form.LINEAR, 99), 2, 5)).containsExactly(4, 8, 6, 4, 2);
  }

  @Test
  void aStageOfNothingButWarmUpOnlyRises() {
    assertThat(DoubleStream.of(rates(LearningRateDecay.LINEAR, 4, 2))).containsExactly(2.0, 4.0);
  }

  @Test
  void negativeStepsAreRefused() {
    assertThatThrownBy(() -> new LearningRateDecay(Form.LINEAR, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("decay_steps is -1");
  }
}
