package org.espalier.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.api.EspalierException;
import org.espalier.api.Objective;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.Schedule;
import org.espalier.tf.Espalier;
import org.espalier.tf.ModelCall;
import org.espalier.tf.RunOptions;
import org.espalier.tf.RunResult;
import org.espalier.tf.data.Corpus;
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

  @Mixin private MachineOptions machine;

  RunCommand() {}

  @Override
  Answer answer() {
    checked(machine::threads);
    Schedule chosen = seeded(isFile() ? Espalier.schedule(Path.of(schedule)) : recipe());
    RunDirectory run = RunDirectory.choose(out, name(), resume);
    OperatorRegistry operators = common().operators();
    String title =
        "%s %s in %s, on %s"
            .formatted(
                run.resume() ? "Resuming" : "Running",
                chosen.name(),
                run.path(),
                data.description());
    try (Corpus corpus = data.open(objective(chosen));
        ProgressDisplay progress = ProgressDisplay.on(err(), title)) {
      RunResult result =
          Espalier.run(
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
              operators);
      return answer(chosen, run.path(), result);
    }
  }

  /** All stages are of text, or all of images. */
  private static Objective objective(Schedule schedule) {
    List<Objective> objectives =
        schedule.stages().stream().map(stage -> stage.train().objective()).distinct().toList();
    if (objectives.size() > 1 && objectives.contains(Objective.CLASSIFICATION)) {
      throw new EspalierException(
          "Schedule %s has stages of the objectives %s; images and text cannot be trained on in one"
              .formatted(schedule.name(), objectives.stream().map(Objective::label).toList()));
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

  private Schedule seeded(Schedule chosen) {
    return new Schedule(
        chosen.name(),
        chosen.summary(),
        chosen.model(),
        seed.orElse(chosen.seed()),
        chosen.heldOut(),
        chosen.stages());
  }

  private Answer answer(Schedule chosen, Path run, RunResult result) {
    StageTable stages = StageTable.read(run);
    List<String> lines = new ArrayList<>(stages.lines());
    lines.add("");
    lines.add("model   " + result.model());
    lines.add("report  " + result.report());
    lines.add("");
    lines.add("In Python:");
    lines.add("  import tensorflow as tf");
    lines.add("  model = tf.saved_model.load(\"" + result.model() + "\")");
    return Answer.of(
        Json.object(
            "run", run.toString(),
            "schedule", chosen.name(),
            "seed", chosen.seed(),
            "model", result.model().toString(),
            "report", result.report().toString(),
            "held_out_loss", Json.number(result.heldOutLoss()),
            "steps", result.steps(),
            "seconds", result.seconds(),
            "data", data.names(),
            "stages", stages.fields()),
        lines);
  }
}
