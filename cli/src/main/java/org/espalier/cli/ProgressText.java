package org.espalier.cli;

import java.time.Duration;
import org.espalier.tf.report.Growth;
import org.espalier.tf.report.StageStart;
import org.espalier.tf.report.StepProgress;

/** The words of a progress display. */
final class ProgressText {
  private ProgressText() {}

  /** Returns a stage's name, or its number if it has none. */
  static String name(StageStart stage) {
    return stage.name().isEmpty() ? "stage " + stage.at().stage() : stage.name();
  }

  /** Returns a stage's name and size. */
  static String stage(StageStart stage) {
    return "%s: %d blocks, %s parameters, %d steps"
        .formatted(
            name(stage),
            stage.blocks(),
            Quantities.amount((double) stage.parameters(), ""),
            stage.steps());
  }

  /** Returns loss and speed. */
  static String step(StepProgress progress) {
    return "loss %s, %s tokens/s"
        .formatted(
            Quantities.loss(progress.loss()), Quantities.amount(progress.tokensPerSecond(), ""));
  }

  /** Returns what an operator did. */
  static String growth(Growth growth) {
    return "%s: %d blocks -> %d"
        .formatted(growth.operator(), growth.blocksBefore(), growth.blocksAfter());
  }

  /** Returns a duration in seconds. */
  static double seconds(Duration duration) {
    return (double) duration.toMillis() / 1000;
  }
}
