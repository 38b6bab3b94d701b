package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.espalier.api.Schedule;
import org.espalier.tf.report.Saving;

/** What {@code espalier run} prints. */
final class RunAnswer {
  private RunAnswer() {}

  static Answer of(Schedule schedule, Path run, List<SeedRun> runs, List<String> data) {
    return new Answer(
        () -> fields(schedule, run, runs, data),
        runs.size() == 1 ? lines(runs.get(0)) : lines(run, runs),
        Optional.empty());
  }

  private static Map<String, Object> fields(
      Schedule schedule, Path path, List<SeedRun> runs, List<String> data) {
    List<Map<String, Object>> each = runs.stream().map(run -> run.fields(schedule, data)).toList();
    return each.size() == 1 ? each.get(0) : Json.object("run", path.toString(), "seeds", each);
  }

  private static List<String> lines(SeedRun run) {
    List<String> lines = new ArrayList<>(StageTable.read(run.path()).lines());
    run.saving().ifPresent(saving -> lines.addAll(lines(saving)));
    lines.add("");
    lines.add("model   " + run.result().model());
    lines.add("report  " + run.result().report());
    lines.add("");
    lines.add("In Python:");
    lines.add("  import tensorflow as tf");
    lines.add("  model = tf.saved_model.load(\"" + run.result().model() + "\")");
    return lines;
  }

  private static List<String> lines(Saving saving) {
    List<String> lines = new ArrayList<>();
    lines.add("");
    lines.add(
        "baseline: held-out loss %s after %s and %s from scratch"
            .formatted(
                Quantities.loss(saving.loss()),
                Quantities.amount(saving.flops(), "FLOP"),
                Quantities.seconds(saving.seconds())));
    lines.add(
        saving.reachedFlops().isPresent()
            ? "reached after %s and %s: %s of the compute and %s of the time saved"
                .formatted(
                    Quantities.amount(saving.reachedFlops().getAsDouble(), "FLOP"),
                    Quantities.seconds(saving.reachedSeconds().getAsDouble()),
                    share(saving.flopsSaved()),
                    share(saving.secondsSaved()))
            : "not reached: the run ended with %s after %s"
                .formatted(
                    Quantities.loss(saving.runLoss()),
                    Quantities.amount(saving.runFlops(), "FLOP")));
    if (saving.lossAtEqualFlops().isPresent()) {
      lines.add(
          "after the run's %s: %s, the baseline %s (in the middle of its schedule)"
              .formatted(
                  Quantities.amount(saving.runFlops(), "FLOP"),
                  Quantities.loss(saving.runLoss()),
                  Quantities.loss(saving.lossAtEqualFlops().getAsDouble())));
    }
    return lines;
  }

  private static List<String> lines(Path path, List<SeedRun> runs) {
    boolean compared = runs.get(0).saving().isPresent();
    Table table =
        compared
            ? new Table("seed", "held-out loss", "baseline", "compute saved", "time saved")
            : new Table("seed", "held-out loss");
    for (SeedRun run : runs) {
      List<Object> row = new ArrayList<>(List.of(run.seed(), Quantities.loss(loss(run))));
      run.saving()
          .ifPresent(
              saving -> {
                row.add(Quantities.loss(saving.loss()));
                row.add(share(saving.flopsSaved()));
                row.add(share(saving.secondsSaved()));
              });
      table.row(row.toArray());
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.add("held-out loss  " + Spread.of(runs.stream().map(RunAnswer::loss).toList(), 1, ""));
    if (compared) {
      lines.add("compute saved  " + spread(runs, Saving::flopsSaved));
      lines.add("time saved     " + spread(runs, Saving::secondsSaved));
    }
    lines.add("runs           " + path);
    return lines;
  }

  private static double loss(SeedRun run) {
    return run.result().heldOutLoss();
  }

  private static String spread(List<SeedRun> runs, Function<Saving, OptionalDouble> saved) {
    List<Double> reached =
        runs.stream()
            .map(run -> saved.apply(run.saving().orElseThrow()))
            .filter(OptionalDouble::isPresent)
            .map(OptionalDouble::getAsDouble)
            .toList();
    int missed = runs.size() - reached.size();
    String note = missed == 0 ? "" : "; %d of %d never reached it".formatted(missed, runs.size());
    return reached.isEmpty() ? "never" : Spread.of(reached, 100, " %") + note;
  }

  private static String share(OptionalDouble saved) {
    return saved.isPresent() ? "%.1f %%".formatted(100 * saved.getAsDouble()) : "not reached";
  }
}
