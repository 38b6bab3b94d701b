package org.espalier.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.tf.report.MetricsLog;
import org.espalier.tf.report.RunEvent;
import org.espalier.tf.report.RunReport;
import org.espalier.tf.report.StageSummary;

/**
 * How the stages of a run went.
 *
 * @param stages in order
 */
record StageTable(List<StageSummary> stages) {

  /** Reads the stages from the metrics of a run, over all its sessions. */
  static StageTable read(Path run) {
    return of(MetricsLog.read(run.resolve(MetricsLog.FILE_NAME)));
  }

  /** Returns the stages that {@code events} tell of. */
  static StageTable of(List<RunEvent> events) {
    Map<Integer, StageSummary> byNumber = new LinkedHashMap<>();
    for (StageSummary stage : RunReport.of("", "", events).stages()) {
      // A resumed stage starts again; what counts is its first start.
      byNumber.putIfAbsent(stage.start().at().stage(), stage);
    }
    return new StageTable(List.copyOf(byNumber.values()));
  }

  private static double flops(StageSummary stage) {
    return stage.end().flops() - stage.start().at().flops();
  }

  /** Returns the stages for people. */
  List<String> lines() {
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
          ProgressText.name(stage.start()),
          stage.start().blocks(),
          Quantities.count(stage.start().parameters()),
          Quantities.count(stage.steps()),
          loss(stage.firstLoss()),
          loss(stage.lastLoss()),
          Quantities.seconds(stage.seconds()),
          flops(stage) > 0 ? Quantities.amount(flops(stage), "") : "");
    }
    return table.lines();
  }

  private static String loss(double loss) {
    return Double.isNaN(loss) ? "" : Quantities.loss(loss);
  }

  /** Returns the stages for programs. */
  List<Map<String, Object>> fields() {
    return stages.stream().map(StageTable::fields).toList();
  }

  private static Map<String, Object> fields(StageSummary stage) {
    return Json.object(
        "name", stage.start().name(),
        "blocks", stage.start().blocks(),
        "parameters", stage.start().parameters(),
        "trainable_parameters", stage.start().trainableParameters(),
        "steps", stage.steps(),
        "held_out_loss_start", Json.number(stage.firstLoss()),
        "held_out_loss_end", Json.number(stage.lastLoss()),
        "seconds", stage.seconds(),
        "flops", flops(stage),
        "density_scaled_flops", (double) stage.steps() * stage.start().densityScaledFlops());
  }
}
