package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SeededRandomTest {
  private static final int DRAWS = 100_000;

  /** Any change here changes every model that is initialised or grown with a seed. */
  @Test
  void numbersNeverChange() {
    SeededRandom random = SeededRandom.of(42).stream("h/0/kernel").stream(3);
    assertThat(List.of(random.bits(0), random.bits(1), random.bits(1L << 40)))
        .containsExactly(-3635609860626278075L, 8354058654037136495L, -1134634981215202138L);
    assertThat(random.normal(5)).isEqualTo(0.09789292169905746);
  }

  @Test
  void streamsDiffer() {
    Set<Long> first = new HashSet<>();
    int streams = 0;
    for (long seed = -20; seed < 20; seed++) {
      for (long number = -20; number < 20; number++) {
        first.add(SeededRandom.of(seed).stream(number).bits(0));
        streams++;
      }
    }
    assertThat(first).hasSize(streams);
    SeededRandom root = SeededRandom.of(1);
    assertThat(
            List.of(
                root.bits(0),
                root.stream("").bits(0),
                root.stream("ab").bits(0),
                root.stream("ba").bits(0),
                root.stream("a").stream("b").bits(0),
                root.stream("b").stream("a").bits(0),
                root.stream(97).bits(0)))
        .doesNotHaveDuplicates();
  }

  @Test
  void uniformNumbersFillEvenly() {
    for (SeededRandom random : streams()) {
      int[] counts = new int[100];
      double pairs = 0;
      for (int i = 0; i < DRAWS; i++) {
        double number = random.uniform(i);
        counts[(int) (number * 100)]++;
        pairs += (number - 0.5) * (random.uniform(i + 1) - 0.5);
      }
      double expected = DRAWS / 100.0;
      double chiSquare =
          Arrays.stream(counts).mapToDouble(c -> (c - expected) * (c - expected) / expected).sum();
      // 99 degrees of freedom: mean 99, deviation 14; this is 5 deviations.
      assertThat(chiSquare).isLessThan(170);
      assertThat(pairs / DRAWS * 12).isEqualTo(0, Offset.offset(0.02));
    }
  }

  @Test
  void normalNumbersHaveTheMomentsOfTheirDistribution() {
    for (SeededRandom random : streams()) {
      double mean = 0;
      double square = 0;
      double fourth = 0;
      for (int i = 0; i < DRAWS; i++) {
        double number = random.normal(i);
        mean += number / DRAWS;
        square += number * number / DRAWS;
        fourth += Math.pow(number, 4) / DRAWS;
      }
      assertThat(mean).isEqualTo(0, Offset.offset(0.02));
      assertThat(square).isEqualTo(1, Offset.offset(0.03));
      assertThat(fourth).isEqualTo(3, Offset.offset(0.25));
    }
  }

  @Test
  void truncatedNumbersStayWithinTwoDeviations() {
    SeededRandom random = SeededRandom.of(3);
    Initializer initializer = new Initializer.TruncatedNormal(1, 0.5);
    double square = 0;
    for (int i = 0; i < DRAWS; i++) {
      double number = random.draw(initializer, i);
      assertThat(number).isBetween(0.0, 2.0);
      square += (number - 1) * (number - 1) / DRAWS;
    }
    // The deviation of a normal distribution cut at two deviations is 0.8796 of the uncut one.
    assertThat(Math.sqrt(square)).isEqualTo(0.5 * 0.8796, Offset.offset(0.005));
  }

  @Test
  void belowReachesEveryNumberAndNoOther() {
    SeededRandom random = SeededRandom.of(4);
    int[] counts = new int[7];
    for (int i = 0; i < DRAWS; i++) {
      counts[random.below(i, 7)]++;
    }
    for (int count : counts) {
      assertThat((double) count).isEqualTo(DRAWS / 7.0, Offset.offset(600.0));
    }
    assertThat(random.below(0, Integer.MAX_VALUE)).isNotNegative();
    assertThatThrownBy(() -> random.below(0, 0)).hasMessage("bound is 0, must be at least 1");
  }

  private static List<SeededRandom> streams() {
    return List.of(
        SeededRandom.of(0),
        SeededRandom.of(1),
        SeededRandom.of(-1),
        SeededRandom.of(7).stream(7),
        SeededRandom.of(7).stream("embedding.word"));
  }
}
