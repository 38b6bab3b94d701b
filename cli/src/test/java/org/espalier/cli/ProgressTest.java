package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.espalier.tf.report.EvalPoint;
import org.espalier.tf.report.Growth;
import org.espalier.tf.report.ProgressListener;
import org.espalier.tf.report.RunPosition;
import org.espalier.tf.report.StageStart;
import org.espalier.tf.report.StepProgress;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private static final RunPosition START = new RunPosition(0, 0, 0, 0, 0);

  @Test
  void aLogGetsALineEveryTenSeconds() {
    StringWriter text = new StringWriter();
    AtomicLong clock = new AtomicLong();
    try (LineProgress progress = new LineProgress(new PrintWriter(text), "Running", clock::get)) {
      progress.onStageStart(stage());
      progress.onEvaluation(new EvalPoint(START, 5.54321));
      for (int step = 1; step <= 25; step++) {
        clock.addAndGet(Duration.ofSeconds(1).toNanos());
        progress.onStep(step(step));
      }
      progress.onGrow(growth());
    }
    assertThat(text.toString().lines())
        .containsExactly(
            "Running",
            "small: 3 blocks, 1.20 M parameters, 25 steps",
            "  step 10/25  loss 2.1000, 12.3 k tokens/s, held-out 5.5432, 15.0 s left",
            "  step 20/25  loss 2.2000, 12.3 k tokens/s, held-out 5.5432, 5.0 s left",
            "stack: 3 blocks -> 6");
  }

  @Test
  void aTerminalGetsABarForEachStage() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream terminal = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        BarProgress progress = new BarProgress(terminal, "Running")) {
      trained(progress);
      progress.onGrow(growth());
      trained(progress);
    }
    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .contains("Running", "small: 3 blocks", "25/25", "stack: 3 blocks -> 6");
  }

  private static void trained(ProgressListener progress) {
    progress.onStageStart(stage());
    for (int step = 1; step <= 25; step++) {
      progress.onStep(step(step));
    }
  }

  private static StageStart stage() {
    return new StageStart(START, "small", 3, 1_200_000, 1_200_000, 25, 8, 64, 1, 2);
  }

  private static StepProgress step(int step) {
    return new StepProgress(0, step, 25, 2 + 0.01 * step, 12_340, Duration.ofSeconds(25 - step));
  }

  private static Growth growth() {
    return new Growth(
        START, "stack", "1", Map.of(), "", 3, 6, List.of(0, 1, 2, 0, 1, 2), Optional.empty());
  }
}
