package org.espalier.tf.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.espalier.api.EspalierException;
import org.espalier.api.Schedule;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.data.CorpusSplit;
import org.espalier.tf.report.EvalPoint;
import org.espalier.tf.report.HtmlReport;
import org.espalier.tf.report.RunLog;
import org.espalier.tf.report.RunReport;

/**
 * Runs a schedule in a folder: trains each stage, grows between them, and keeps the log.
 *
 * <p>A run that was killed at any moment and is then resumed ends with the same bits as one that
 * was not, on the same TensorFlow build, processor and number of threads. Not thread-safe; the
 * corpus stays the caller's.
 */
public final class ScheduleRunner {
  private final StageModels models;
  private final Corpus corpus;
  private final RunSettings settings;

  /** Runs schedules on {@code corpus}. */
  public ScheduleRunner(StageModels models, Corpus corpus, RunSettings settings) {
    this.models = models;
    this.corpus = corpus;
    this.settings = settings;
  }

  /**
   * Runs a schedule, or goes on with it.
   *
   * @param folder where everything goes; must be empty or missing unless a run is resumed
   * @throws EspalierException if the folder holds something else, another schedule or a run on
   *     other data, if another run uses it, or if training fails
   */
  public RunOutcome run(Schedule schedule, Path folder) {
    RunDirectory directory = new RunDirectory(folder);
    String scheduleText = ScheduleYaml.write(schedule);
    RunFacts facts =
        new RunFacts(
            RunFacts.hash(scheduleText),
            corpus.fingerprint(),
            RunEnvironment.current(settings.device()));
    boolean begun = Files.exists(directory.schedule());
    refuseForeign(folder, begun);
    CorpusSplit split = corpus.split(schedule.heldOut());
    // A later stage that cannot use the data is refused before the first is trained.
    schedule
        .stages()
        .forEach(s -> StageData.check(split, s.train().objective(), s.train().sequence()));
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new EspalierException("Cannot create " + folder + ": " + e.getMessage(), e);
    }
    return RunLock.holding(
        folder,
        () -> {
          directory.removeUnfinished(schedule.stages().size());
          if (begun) {
            requireSame(directory, facts);
          }
          // run.json first: where there is a schedule.yaml, there are facts to compare with.
          facts.write(directory.facts());
          AtomicDirectory.writeFile(directory.schedule(), scheduleText);
          return stages(schedule, directory, split, facts);
        });
  }

  private void refuseForeign(Path folder, boolean begun) {
    if (begun && !settings.resume()) {
      throw new EspalierException(
          folder + " holds a run already; resume it, or choose another folder");
    }
    if (!begun) {
      for (Path child : AtomicDirectory.children(folder)) {
        String name = child.getFileName().toString();
        if (!name.startsWith(".") && !name.equals("run.json")) {
          throw new EspalierException(
              folder + " holds '" + name + "' and no run; choose an empty or new folder");
        }
      }
    }
  }

  private void requireSame(RunDirectory directory, RunFacts facts) {
    try {
      RunFacts stored = RunFacts.read(directory.facts());
      String storedText = Files.readString(directory.schedule());
      new RunFacts(RunFacts.hash(storedText), stored.data(), stored.environment())
          .requireSame(facts, directory.path(), settings.acceptEnvironment());
    } catch (IOException e) {
      throw new EspalierException(
          "Cannot read the schedule of " + directory.path() + ": " + e.getMessage(), e);
    }
  }

  private RunOutcome stages(
      Schedule schedule, RunDirectory directory, CorpusSplit split, RunFacts facts) {
    Position position = Position.START;
    double seconds = 0;
    int count = schedule.stages().size();
    for (int stage = 0; stage < count && directory.isDone(stage); stage++) {
      TrainerState end = endOf(directory, stage);
      position = Position.of(end).atNextStage();
      seconds = end.seconds();
    }
    Optional<Checkpoint> checkpoint = directory.checkpoints(position.stage()).latest();
    long step = checkpoint.map(c -> c.state().step()).orElse(position.step());
    RunClock clock = new RunClock(checkpoint.map(c -> c.state().seconds()).orElse(seconds));
    try (RunLog log = RunLog.resume(directory.path(), position.stage(), step)) {
      RunContext run = new RunContext(schedule, directory, models, split, facts, log, settings);
      StageGrowth growth = new StageGrowth(run);
      while (position.stage() < count) {
        int stage = position.stage();
        StageGrowth.Start start = growth.startOf(stage);
        if (directory.checkpoints(stage).latest().isEmpty()) {
          growth.log(stage, position.report(clock));
        }
        position = new StageRunner(run, clock, position).train(start).atNextStage();
        log.force();
        report(schedule, directory);
      }
      return finish(run, growth, position, clock);
    }
  }

  private static TrainerState endOf(RunDirectory directory, int stage) {
    return directory
        .checkpoints(stage)
        .latest()
        .orElseThrow(
            () ->
                new EspalierException(
                    "%s has a trained model but no checkpoint; its run cannot be resumed"
                        .formatted(directory.stage(stage))))
        .state();
  }

  private RunOutcome finish(RunContext run, StageGrowth growth, Position position, RunClock clock) {
    RunDirectory directory = run.directory();
    int stages = run.schedule().stages().size();
    Path model = directory.model(stages - 1);
    if (!run.schedule().stages().get(stages - 1).grow().isEmpty()) {
      model = growth.startOf(stages).model();
      growth.log(stages, position.report(clock));
      run.log().force();
    }
    List<EvalPoint> evaluations = report(run.schedule(), directory).heldOut();
    double loss =
        evaluations.isEmpty() ? Double.NaN : evaluations.get(evaluations.size() - 1).loss();
    return new RunOutcome(
        model,
        directory.path().resolve(HtmlReport.FILE_NAME),
        loss,
        position.step(),
        clock.seconds());
  }

  private static RunReport report(Schedule schedule, RunDirectory directory) {
    return HtmlReport.renew(directory.path(), schedule.summary(), schedule.name());
  }
}
