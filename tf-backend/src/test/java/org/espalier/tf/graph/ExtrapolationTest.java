package org.espalier.tf.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExtrapolationTest {
  @Test
  void continuesEveryNumberByItsOwnStep() {
    assertThat(Extrapolation.next("block_1/seed_3", "block_2/seed_5", 2))
        .hasValue("block_4/seed_9");
    assertThat(Extrapolation.next("kernel", "kernel", 3)).hasValue("kernel");
    assertThat(Extrapolation.next("dense", "dense_1", 1)).isEmpty();
    assertThat(Extrapolation.next("v_9", "v_1", 1)).isEmpty();
  }
}
