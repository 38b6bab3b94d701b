package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.espalier.tf.report.EvalPoint;
import org.espalier.tf.report.MetricsLog;
import org.espalier.tf.report.RunEvent;
import org.espalier.tf.report.RunPosition;
import org.espalier.tf.report.StageStart;

/**
 * How one stage of a run went.
 *
 * @param start what it trained
 * @param first held-out loss at its start, if measured
 * @param last the last held-out loss, if measured
 * @param end how far the run had come at its end, or now
 */
record StageSummary(StageStart start, OptionalDouble first, OptionalDouble last, RunPosition end) {

  /** Reads the stages from the metrics of a run, over all its sessions. */
  static List<StageSummary> read(Path run) {
    return of(MetricsLog.read(run.resolve(MetricsLog.FILE_NAME)));
  }

  /** Returns the stages that {@code events} tell of. */
  static List<StageSummary> of(List<RunEvent> events) {
    List<StageSummary> stages = new ArrayList<>();
    for (RunEvent event : events) {
      if (event instanceof StageStart start) {
        // A resumed stage starts again; what counts is its first start.
        boolean resumed =
            !stages.isEmpty() && current(stages).start().at().stage() == start.at().stage();
        if (!resumed) {
          stages.add(
              new StageSummary(start, OptionalDouble.empty(), OptionalDouble.empty(), start.at()));
        }
      } else if (!stages.isEmpty() && current(stages).start().at().stage() == event.at().stage()) {
        stages.set(stages.size() - 1, current(stages).with(event));
      }
    }
    return stages;
  }

  private static StageSummary current(List<StageSummary> stages) {
    return stages.get(stages.size() - 1);
  }

  private StageSummary with(RunEvent event) {
    if (event instanceof EvalPoint eval) {
      OptionalDouble loss = OptionalDouble.of(eval.loss());
      return new StageSummary(start, first.isPresent() ? first : loss, loss, event.at());
    }
    return new StageSummary(start, first, last, event.at());
  }

  private double seconds() {
    return end.seconds() - start.at().seconds();
  }

  private double flops() {
    return end.flops() - start.at().flops();
  }

  /** Returns the stages for people. */
  static List<String> table(List<StageSummary> stages) {
    Table table =
        new Table(
            "stage",
            "blocks",
            "parameters",
            "steps",
            "held-out loss",
            "->",
            "time",
            "training FLOPs");
    for (StageSummary stage : stages) {
      table.row(
          stage.start().name().isEmpty() ? stage.start().at().stage() : stage.start().name(),
          stage.start().blocks(),
          Quantities.count(stage.start().parameters()),
          Quantities.count(stage.end().step() - stage.start().at().step()),
          loss(stage.first()),
          loss(stage.last()),
          Quantities.seconds(stage.seconds()),
          stage.flops() > 0 ? Quantities.amount(stage.flops(), "") : "");
    }
    return table.lines();
  }

  private static String loss(OptionalDouble loss) {
    return loss.isPresent() ? Quantities.loss(loss.getAsDouble()) : "";
  }

  /** Returns the stage for programs. */
  Map<String, Object> fields() {
    return Json.object(
        "name", start.name(),
        "blocks", start.blocks(),
        "parameters", start.parameters(),
        "trainable_parameters", start.trainableParameters(),
        "steps", end.step() - start.at().step(),
        "held_out_loss_start", first.isPresent() ? Json.number(first.getAsDouble()) : null,
        "held_out_loss_end", last.isPresent() ? Json.number(last.getAsDouble()) : null,
        "seconds", seconds(),
        "flops", flops());
  }
}
