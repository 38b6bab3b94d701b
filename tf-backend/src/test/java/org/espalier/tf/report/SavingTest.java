package org.espalier.tf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SavingTest {
  @TempDir Path folder;

  private static EvalPoint point(int stage, double flops, double seconds, double loss) {
    return new EvalPoint(new RunPosition(stage, (long) flops, 0, seconds, flops), loss);
  }

  private static final List<EvalPoint> BASELINE =
      List.of(point(0, 0, 0, 6), point(0, 100, 10, 4), point(0, 200, 30, 2));

  @Test
  void theLossIsReachedBetweenTwoMeasurements() {
    Saving saving =
        Saving.of(
            List.of(
                point(0, 0, 0, 6), point(0, 50, 4, 3), point(1, 50, 5, 3.5), point(1, 150, 25, 1)),
            BASELINE);
    // From 3.5 to 1, a loss of 2 is three fifths of the way.
    assertThat(saving.reachedFlops()).hasValueCloseTo(110.0, within(1e-9));
    assertThat(saving.reachedSeconds()).hasValueCloseTo(17.0, within(1e-9));
    assertThat(saving.flopsSaved()).hasValueCloseTo(0.45, within(1e-9));
    assertThat(saving.secondsSaved()).hasValueCloseTo(13.0 / 30, within(1e-9));
    assertThat(saving.runLoss()).isEqualTo(1);
    // After 150 of 200, the baseline is halfway from 4 to 2.
    assertThat(saving.lossAtEqualFlops()).hasValueCloseTo(3.0, within(1e-9));
  }

  @Test
  void growthItselfIsNoPathBetweenMeasurements() {
    Saving saving =
        Saving.of(List.of(point(0, 40, 4, 3), point(1, 60, 9, 1.5), point(1, 90, 12, 1)), BASELINE);
    assertThat(saving.reachedFlops()).hasValue(60);
    assertThat(saving.reachedSeconds()).hasValue(9);
  }

  @Test
  void whatIsNeverReachedSavesNothing() {
    Saving saving = Saving.of(List.of(point(0, 0, 0, 6), point(0, 300, 50, 2.5)), BASELINE);
    assertThat(saving.flopsSaved()).isEmpty();
    assertThat(saving.secondsSaved()).isEmpty();
    assertThat(saving.lossAtEqualFlops()).isEmpty();
  }

  @Test
  void moreSpentIsANegativeSaving() {
    Saving saving = Saving.of(List.of(point(0, 0, 0, 6), point(0, 250, 60, 2)), BASELINE);
    assertThat(saving.flopsSaved()).hasValueCloseTo(-0.25, within(1e-9));
    assertThat(saving.secondsSaved()).hasValueCloseTo(-1.0, within(1e-9));
  }

  @Test
  void theReportShowsTheBaselineThatLiesInTheRun() throws IOException {
    Path run = folder.resolve("run");
    try (RunLog log = RunLog.resume(Files.createDirectories(run), 0, 0)) {
      Runs.twoStages().forEach(log::append);
    }
    HtmlReport.renew(run, "t", "r");
    Path page = run.resolve(HtmlReport.FILE_NAME);
    assertThat(page)
        .content()
        .doesNotContain("Against training from scratch", "from scratch</span>");
    try (RunLog log =
        RunLog.resume(Files.createDirectories(run.resolve(HtmlReport.BASELINE)), 0, 0)) {
      log.append(Runs.eval(0, 10, 4.5));
      log.append(Runs.eval(0, 100, 3.5));
    }
    assertThat(HtmlReport.renew(run, "t", "r").baseline()).hasSize(2);
    assertThat(page)
        .content()
        .contains(
            "Against training from scratch",
            "from scratch</span>",
            "\"baseline\":{\"steps\":[10,100]")
        // 3.5 is halfway through the second stage, from 120 to 240 GFLOP of the baseline's 300.
        .contains("<dd>40.0 %<small>of 300 GFLOP, to held-out loss 3.500");
  }
}
