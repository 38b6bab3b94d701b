package org.espalier.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.espalier.api.EspalierException;
import org.espalier.api.Objective;
import org.espalier.api.Schedule;
import org.espalier.tf.BaselineRequest;
import org.espalier.tf.Espalier;
import org.espalier.tf.ModelCall;
import org.espalier.tf.RunOptions;
import org.espalier.tf.RunResult;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.report.HtmlReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code espalier run}. */
@Command(name = "run", description = "Runs a schedule: trains and grows a model, stage by stage.")
final class RunCommand extends Subcommand {
  @Parameters(
      paramLabel = "RECIPE|SCHEDULE.yaml",
      description = "A recipe ('espalier recipes' lists them) or a file that holds a schedule.")
  private String schedule;

  @Mixin private DataOptions data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the run goes; default: runs/RECIPE, numbered if that exists.")
  private Optional<Path> out = Optional.empty();

  @Option(names = "--resume", description = "Go on with the run that stopped in --out.")
  private boolean resume;

  @Option(
      names = "--accept-environment",
      description = {
        "Resume even though machine, threads or TensorFlow differ;",
        "the end is then not the same to the bit."
      })
  private boolean acceptEnvironment;

  @Option(names = "--seed", paramLabel = "N", description = "Replace the schedule's seed.")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--budget",
      paramLabel = "FACTOR",
      defaultValue = "1",
      description = {
        "Make all stages longer or shorter by this factor: steps, warm-ups, falls of the learning",
        "rate, steps between evaluations and between periodic operators."
      })
  private double budget;

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "1",
      description = "Run as often, with this seed and those that follow, in seed-S of the run.")
  private int seeds;

  @Option(
      names = "--baseline",
      description = {
        "Then train the model that the run ends with from scratch, on the same data and with the",
        "same seed, in baseline/ of the run, and say what was saved."
      })
  private boolean baseline;

  @Option(
      names = "--baseline-steps",
      paramLabel = "N",
      description = "Steps of the baseline; default: those of all stages together.")
  private Optional<Long> baselineSteps = Optional.empty();

  @Option(
      names = "--baseline-compute",
      paramLabel = "FACTOR",
      description = {
        "Compute of the baseline, as a multiple of that of all stages together, in place of steps;",
        "zeros of sparse models take none."
      })
  private Optional<Double> baselineCompute = Optional.empty();

  @Option(
      names = "--baseline-learning-rate",
      paramLabel = "RATE",
      description = "Peak of the baseline's learning rate; default: the largest of all stages.")
  private Optional<Double> baselineRate = Optional.empty();

  @Mixin private MachineOptions machine;

  RunCommand() {}

  @Override
  Answer answer() {
    checked(machine::threads);
    checked(
        () -> {
          check(seeds >= 1, "--seeds is " + seeds + ", must be 1 or more");
          check(
              baseline
                  || (baselineSteps.isEmpty()
                      && baselineCompute.isEmpty()
                      && baselineRate.isEmpty()),
              "--baseline-steps, --baseline-compute and --baseline-learning-rate are for use with"
                  + " --baseline");
          return true;
        });
    BaselineRequest request = checked(this::baselineRequest);
    Schedule shipped = isFile() ? Espalier.schedule(Path.of(schedule)) : recipe();
    Schedule chosen = checked(() -> budget == 1 ? shipped : shipped.scaled(budget));
    request.check(chosen);
    RunDirectory run = RunDirectory.choose(out, name(), resume);
    long first = seed.orElse(chosen.seed());
    List<SeedRun> runs = new ArrayList<>();
    try (Corpus corpus = data.open(objective(chosen))) {
      for (long each = first; each < first + seeds; each++) {
        Path path = seeds == 1 ? run.path() : run.path().resolve("seed-" + each);
        runs.add(
            seedRun(chosen.withSeed(each), corpus, request, new RunDirectory(path, run.resume())));
      }
    }
    return RunAnswer.of(chosen, run.path(), runs, data.names());
  }

  private static void check(boolean legal, String message) {
    if (!legal) {
      throw new IllegalArgumentException(message);
    }
  }

  private BaselineRequest baselineRequest() {
    return new BaselineRequest(
        baselineSteps.map(OptionalLong::of).orElse(OptionalLong.empty()),
        baselineCompute.map(OptionalDouble::of).orElse(OptionalDouble.empty()),
        baselineRate.map(OptionalDouble::of).orElse(OptionalDouble.empty()));
  }

  private SeedRun seedRun(
      Schedule chosen, Corpus corpus, BaselineRequest request, RunDirectory run) {
    RunResult result = run(chosen, corpus, run);
    if (!baseline) {
      return new SeedRun(chosen.seed(), run.path(), result, Optional.empty());
    }
    Path scratch = run.path().resolve(HtmlReport.BASELINE);
    run(
        Espalier.baseline(chosen, result, request),
        corpus,
        new RunDirectory(scratch, run.resume()));
    Espalier.report(run.path());
    return new SeedRun(
        chosen.seed(), run.path(), result, Optional.of(Espalier.saving(run.path(), scratch)));
  }

  private RunResult run(Schedule chosen, Corpus corpus, RunDirectory run) {
    String title =
        "%s %s in %s, on %s"
            .formatted(
                run.resume() ? "Resuming" : "Running",
                chosen.name(),
                run.path(),
                data.description());
    try (ProgressDisplay progress = ProgressDisplay.on(err(), title)) {
      return Espalier.run(
          chosen,
          corpus,
          run.path(),
          new RunOptions(
              machine.device(),
              machine.threads(),
              run.resume(),
              acceptEnvironment,
              progress,
              ModelCall.BY_CONVENTION),
          common().operators());
    }
  }

  /** All stages are of text, or all of images. */
  private static Objective objective(Schedule schedule) {
    List<Objective> objectives =
        schedule.stages().stream().map(stage -> stage.train().objective()).distinct().toList();
    if (objectives.size() > 1 && objectives.contains(Objective.CLASSIFICATION)) {
      throw new EspalierException(
          "Schedule %s has stages of the objectives %s; images and text cannot be trained on in one"
              .formatted(schedule.name(), objectives.stream().map(Labels::of).toList()));
    }
    return objectives.get(0);
  }

  private boolean isFile() {
    return schedule.endsWith(".yaml")
        || schedule.endsWith(".yml")
        || schedule.contains("/")
        || Files.isRegularFile(Path.of(schedule));
  }

  private Schedule recipe() {
    return Espalier.recipe(schedule);
  }

  private String name() {
    return Path.of(schedule).getFileName().toString().replaceFirst("\\.ya?ml$", "");
  }
}
