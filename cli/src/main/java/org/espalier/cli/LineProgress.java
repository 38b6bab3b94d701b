package org.espalier.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.espalier.tf.report.EvalPoint;
import org.espalier.tf.report.Growth;
import org.espalier.tf.report.StageStart;
import org.espalier.tf.report.StepProgress;

/** Prints a line for each stage and growth, and every ten seconds one for the steps between. */
final class LineProgress implements ProgressDisplay {
  private static final long INTERVAL = Duration.ofSeconds(10).toNanos();

  private final PrintWriter out;
  private final LongSupplier nanoTime;
  private long printed;
  private String title;
  private String heldOut = "";

  /** Creates a display that takes the time from {@code nanoTime}. */
  LineProgress(PrintWriter out, String title, LongSupplier nanoTime) {
    this.out = out;
    this.title = title;
    this.nanoTime = nanoTime;
    this.printed = nanoTime.getAsLong();
  }

  @Override
  public void onStageStart(StageStart stage) {
    if (!title.isEmpty()) {
      print(title);
      title = "";
    }
    print(ProgressText.stage(stage));
  }

  @Override
  public void onStep(StepProgress progress) {
    if (nanoTime.getAsLong() - printed >= INTERVAL) {
      print(
          "  step %d/%d  %s%s, %s left"
              .formatted(
                  progress.step(),
                  progress.steps(),
                  ProgressText.step(progress),
                  heldOut,
                  Quantities.seconds(ProgressText.seconds(progress.remaining()))));
    }
  }

  @Override
  public void onEvaluation(EvalPoint evaluation) {
    heldOut = ", held-out " + Quantities.loss(evaluation.loss());
  }

  @Override
  public void onGrow(Growth growth) {
    print(ProgressText.growth(growth));
  }

  @Override
  public void close() {
    out.flush();
  }

  private void print(String line) {
    out.println(line);
    out.flush();
    printed = nanoTime.getAsLong();
  }
}
