package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsBinderTest {
  enum Mode {
    SUM,
    GROUP_MEAN
  }

  record All(
      int count,
      long steps,
      double ratio,
      boolean fast,
      String name,
      Mode mode,
      List<Integer> blocks,
      List<String> roles,
      OptionalInt maybeCount,
      OptionalLong maybeSteps,
      OptionalDouble maybeRatio,
      Optional<String> maybeName) {}

  record Small(@Default("2") int factor, Mode groupMode, OptionalInt upTo) {
    Small {
      if (factor < 2) {
        throw new IllegalArgumentException("factor is " + factor + ", must be at least 2");
      }
    }
  }

  record Strange(Object what) {}

  record Nothing() {}

  private static final OptionsBinder<All> ALL = new OptionsBinder<>("operator 'x'", All.class);
  private static final OptionsBinder<Small> SMALL =
      new OptionsBinder<>("operator 'x'", Small.class);

  @Test
  void bindsEveryType() {
    Map<String, String> texts =
        Map.ofEntries(
            Map.entry("count", "-3"),
            Map.entry("steps", "5000000000"),
            Map.entry("ratio", "1e-3"),
            Map.entry("fast", "True"),
            Map.entry("name", " a b "),
            Map.entry("mode", "group-mean"),
            Map.entry("blocks", "[3, 1,2]"),
            Map.entry("roles", "ffn,attention.query"),
            Map.entry("maybe_count", "1"),
            Map.entry("maybe-steps", "2"),
            Map.entry("maybeRatio", "0.5"),
            Map.entry("maybe_name", "n"));
    assertThat(ALL.bind(texts))
        .isEqualTo(
            new All(
                -3,
                5_000_000_000L,
                1e-3,
                true,
                "a b",
                Mode.GROUP_MEAN,
                List.of(3, 1, 2),
                List.of("ffn", "attention.query"),
                OptionalInt.of(1),
                OptionalLong.of(2),
                OptionalDouble.of(0.5),
                Optional.of("n")));
  }

  @Test
  void leavesOutWhatMayBeLeftOut() {
    assertThat(SMALL.bind(Map.of("group_mode", "sum")))
        .isEqualTo(new Small(2, Mode.SUM, OptionalInt.empty()));
    assertThat(new OptionsBinder<>("x", Nothing.class).bind(Map.of())).isEqualTo(new Nothing());
  }

  @Test
  void describesOptions() {
    assertThat(SMALL.describe())
        .containsExactly(
            new OptionDescription("factor", "an integer", Optional.of("2"), false),
            new OptionDescription("group_mode", "one of sum, group_mean", Optional.empty(), true),
            new OptionDescription("up_to", "an integer", Optional.empty(), false));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          count=x        | operator 'x': count is 'x', must be an integer
          count=99999999999 | operator 'x': count is '99999999999', must be an integer
          ratio=NaN      | operator 'x': ratio is 'NaN', must be a number
          fast=yes       | operator 'x': fast is 'yes', must be true or false
          mode=average   | operator 'x': mode is 'average', must be one of sum, group_mean
          blocks=1,,2    | operator 'x': blocks is '1,,2', must be integers separated by commas
          """)
  void namesTheOptionTheValueAndWhatIsAllowed(String text, String message) {
    Map<String, String> texts =
        new java.util.HashMap<>(
            Map.of(
                "count", "1",
                "steps", "1",
                "ratio", "1",
                "fast", "true",
                "name", "n",
                "mode", "sum",
                "blocks", "1",
                "roles", "ffn"));
    texts.put(text.substring(0, text.indexOf('=')), text.substring(text.indexOf('=') + 1));
    assertThatThrownBy(() -> ALL.bind(texts))
        .isInstanceOf(EspalierException.class)
        .hasMessage(message);
  }

  @Test
  void namesUnknownMissingAndDoubledOptions() {
    assertThatThrownBy(() -> SMALL.bind(Map.of("group_mode", "sum", "facter", "3")))
        .hasMessage(
            "operator 'x' has no option 'facter' (did you mean 'factor'?); it takes factor,"
                + " group_mode, up_to");
    assertThatThrownBy(() -> SMALL.bind(Map.of("group_mode", "sum", "zzz", "3")))
        .hasMessage("operator 'x' has no option 'zzz'; it takes factor, group_mode, up_to");
    assertThatThrownBy(() -> SMALL.bind(Map.of()))
        .hasMessage("operator 'x': option 'group_mode' is missing, must be one of sum, group_mean");
    assertThatThrownBy(() -> SMALL.bind(Map.of("group_mode", "sum", "up-to", "3", "up_to", "3")))
        .hasMessage("operator 'x': option 'up_to' is given twice, in two spellings");
    assertThatThrownBy(
            () -> new OptionsBinder<>("operator 'x'", Nothing.class).bind(Map.of("a", "")))
        .hasMessage("operator 'x' has no option 'a'; it takes none");
  }

  @Test
  void theRecordRefusesInItsOwnWords() {
    assertThatThrownBy(() -> SMALL.bind(Map.of("group_mode", "sum", "factor", "0")))
        .isInstanceOf(EspalierException.class)
        .hasMessage("operator 'x': factor is 0, must be at least 2");
  }

  @Test
  void aTypeThatNoTextCanSayIsRefused() {
    assertThatThrownBy(() -> new OptionsBinder<>("operator 'x'", Strange.class))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "operator 'x': option 'what' has the type java.lang.Object, which options cannot have");
  }
}
