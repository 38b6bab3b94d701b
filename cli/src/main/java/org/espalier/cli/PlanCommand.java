package org.espalier.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthPlan;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code espalier plan}. */
@Command(
    name = "plan",
    description = "Shows what an operator would make of a model; writes nothing.")
final class PlanCommand extends Subcommand {
  @Mixin private GrowthOptions growth;

  PlanCommand() {}

  @Override
  Answer answer() {
    Map<String, String> settings = checked(growth::settings);
    checked(growth::references);
    try (GrowthOptions.OpenModels models = growth.open(common().operators())) {
      GrowthPlan plan =
          models.model().plan(growth.operator(), settings, growth.seed(), models.references());
      Map<String, Object> fields =
          Json.object(
              "operator", growth.operator(),
              "options", settings,
              "seed", growth.seed(),
              "model", growth.model().toString());
      fields.putAll(PlanSummary.fields(plan));
      List<String> lines = new ArrayList<>();
      lines.add(
          "%s %s on %s"
              .formatted(growth.operator(), Labels.settings(settings), growth.model())
              .replace("  ", " "));
      lines.addAll(PlanSummary.lines(plan));
      return Answer.of(fields, lines);
    }
  }
}
