package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.espalier.tf.Espalier;
import org.espalier.tf.RunResult;
import org.espalier.tf.report.Saving;
import org.junit.jupiter.api.Test;

class RunAnswerTest {
  private static SeedRun run(long seed, double loss, OptionalDouble flops) {
    OptionalDouble seconds =
        flops.isPresent() ? OptionalDouble.of(flops.getAsDouble() / 4) : OptionalDouble.empty();
    return new SeedRun(
        seed,
        Path.of("run/seed-" + seed),
        new RunResult(Path.of("model"), Path.of("report.html"), loss, 10, 5),
        Optional.of(
            new Saving(2.5, OptionalDouble.of(2.75), loss, flops, seconds, 90, 100, 20, 25)));
  }

  @Test
  void severalSeedsAreShownWithTheirSpread() {
    Answer answer =
        RunAnswer.of(
            Espalier.recipe("stacking-bert"),
            Path.of("run"),
            List.of(
                run(3, 2.25, OptionalDouble.of(70)),
                run(4, 2.5, OptionalDouble.of(80)),
                run(5, 2.75, OptionalDouble.empty())),
            null);
    assertThat(answer.lines())
        .containsExactly(
            "seed  held-out loss  baseline  compute saved  time saved",
            "   3         2.2500    2.5000  30.0 %         30.0 %",
            "   4         2.5000    2.5000  20.0 %         20.0 %",
            "   5         2.7500    2.5000  not reached    not reached",
            "",
            "held-out loss  2.5000, standard deviation 0.2500, 2.2500 to 2.7500",
            "compute saved  25.0 %, standard deviation 7.1, 20.0 to 30.0; 1 of 3 never reached it",
            "time saved     25.0 %, standard deviation 7.1, 20.0 to 30.0; 1 of 3 never reached it",
            "runs           run");
  }
}
