package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RunClockTest {
  private long now = 7_000_000_000L;

  @Test
  void goesOnFromEarlierSessionsAndStandsStillForALook() {
    RunClock clock = new RunClock(100, () -> now);
    now += 2_000_000_000L;
    assertThat(clock.seconds()).isEqualTo(102);
    String seen = clock.stopped(() -> "seen after " + (now += 50_000_000_000L));
    assertThat(seen).endsWith("59000000000");
    assertThat(clock.seconds()).isEqualTo(102);
    now += 1_000_000_000L;
    assertThat(clock.seconds()).isEqualTo(103);
  }

  @Test
  void goesOnAfterALookThatFails() {
    RunClock clock = new RunClock(0, () -> now);
    assertThatThrownBy(
            () ->
                clock.stopped(
                    () -> {
                      now += 5_000_000_000L;
                      throw new IllegalStateException("blind");
                    }))
        .hasMessage("blind");
    now += 1_000_000_000L;
    assertThat(clock.seconds()).isEqualTo(1);
  }
}
