package org.espalier.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.espalier.api.Schedule;
import org.espalier.tf.RunResult;
import org.espalier.tf.report.Saving;

/**
 * A run with one seed.
 *
 * @param path the run's directory
 * @param saving against its baseline, if there was one
 */
record SeedRun(long seed, Path path, RunResult result, Optional<Saving> saving) {
  /** Returns the run for programs; the data's names are null for the default corpus. */
  Map<String, Object> fields(Schedule schedule, List<String> data) {
    Map<String, Object> fields =
        new LinkedHashMap<>(
            Json.object(
                "run", path.toString(),
                "schedule", schedule.name(),
                "seed", seed,
                "model", result.model().toString(),
                "report", result.report().toString(),
                "held_out_loss", Json.number(result.heldOutLoss()),
                "steps", result.steps(),
                "seconds", result.seconds(),
                "data", data,
                "stages", StageTable.read(path).fields()));
    saving.ifPresent(found -> fields.put("baseline", fields(found)));
    return fields;
  }

  private static Map<String, Object> fields(Saving saving) {
    return Json.object(
        "held_out_loss", Json.number(saving.loss()),
        "flops", saving.flops(),
        "seconds", saving.seconds(),
        "run_flops", saving.runFlops(),
        "flops_saved", number(saving.flopsSaved()),
        "seconds_saved", number(saving.secondsSaved()),
        "held_out_loss_at_equal_flops", number(saving.lossAtEqualFlops()));
  }

  private static Object number(OptionalDouble number) {
    return number.isPresent() ? Json.number(number.getAsDouble()) : null;
  }
}
