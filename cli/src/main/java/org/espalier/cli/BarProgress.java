package org.espalier.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarStyle;
import org.espalier.tf.report.Growth;
import org.espalier.tf.report.StageStart;
import org.espalier.tf.report.StepProgress;

/** Draws a bar for each stage on a terminal. */
final class BarProgress implements ProgressDisplay {
  private static final int UPDATE_MILLIS = 250;

  private final PrintStream terminal;
  private Optional<ProgressBar> bar = Optional.empty();
  // Read by the thread that draws.
  private volatile Duration remaining = Duration.ZERO;
  private String title;

  /** Creates a display on {@code terminal}. */
  BarProgress(PrintStream terminal, String title) {
    this.terminal = terminal;
    this.title = title;
  }

  @Override
  public void onStageStart(StageStart stage) {
    close();
    if (!title.isEmpty()) {
      terminal.println(title);
      title = "";
    }
    terminal.println(ProgressText.stage(stage));
    bar =
        Optional.of(
            ProgressBar.builder()
                .setTaskName(ProgressText.name(stage))
                .setInitialMax(stage.steps())
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setEtaFunction(state -> Optional.of(remaining))
                .setConsumer(new ConsoleProgressBarConsumer(terminal))
                .build());
  }

  @Override
  public void onStep(StepProgress progress) {
    remaining = progress.remaining();
    bar.ifPresent(
        b -> {
          b.setExtraMessage(" " + ProgressText.step(progress));
          b.stepTo(progress.step());
        });
  }

  @Override
  public void onGrow(Growth growth) {
    close();
    terminal.println(ProgressText.growth(growth));
  }

  @Override
  public void close() {
    bar.ifPresent(ProgressBar::close);
    bar = Optional.empty();
  }
}
