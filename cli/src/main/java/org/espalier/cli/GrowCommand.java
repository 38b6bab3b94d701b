package org.espalier.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.Claim;
import org.espalier.api.GrowthPlan;
import org.espalier.api.OperatorRegistry;
import org.espalier.tf.Espalier;
import org.espalier.tf.GrowthResult;
import org.espalier.tf.Model;
import org.espalier.tf.Verification;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code espalier grow}. */
@Command(name = "grow", description = "Grows a model and writes the next one as a SavedModel.")
final class GrowCommand extends Subcommand {
  /** Largest difference that rounding may cause, in standard deviations of the logits. */
  private static final double TOLERANCE = 1e-4;

  @Mixin private GrowthOptions growth;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The SavedModel to write; must not exist.")
  private Path out;

  @Option(
      names = "--template",
      paramLabel = "DIR",
      description =
          "A SavedModel of the next sizes whose graph the result takes; for models that Espalier"
              + " did not build.")
  private Path template;

  @Option(
      names = "--verify",
      description = "Run both models on the same input and compare what they compute.")
  private boolean verify;

  @Mixin private MachineOptions machine;

  GrowCommand() {}

  @Override
  Answer answer() {
    Map<String, String> settings = checked(growth::settings);
    List<Path> inputs = new ArrayList<>(checked(growth::references).values());
    inputs.add(growth.model());
    if (template != null) {
      inputs.add(template);
    }
    Destination.fresh(out, inputs);
    OperatorRegistry operators = common().operators();
    try (GrowthOptions.OpenModels models = growth.open(operators)) {
      GrowthPlan plan =
          models.model().plan(growth.operator(), settings, growth.seed(), models.references());
      GrowthResult result = grow(models, plan, operators);
      Optional<Verification> verification = Optional.empty();
      if (verify) {
        try (Model grown = Espalier.open(out, operators)) {
          verification = Optional.of(models.model().compare(grown, machine.device()));
        }
      }
      return answer(plan, result, verification);
    }
  }

  private GrowthResult grow(
      GrowthOptions.OpenModels models, GrowthPlan plan, OperatorRegistry operators) {
    if (template == null) {
      return models.model().grow(plan, models.references(), out);
    }
    try (Model bigger = Espalier.open(template, operators)) {
      return models.model().grow(plan, models.references(), bigger, out);
    }
  }

  private Answer answer(GrowthPlan plan, GrowthResult result, Optional<Verification> verification) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s: %d blocks grown to %d, %s parameters, %s written in %s"
            .formatted(
                result.directory(),
                plan.from().blocks(),
                plan.to().blocks(),
                Quantities.count(plan.to().parameterCount()),
                Quantities.amount((double) result.bytesWritten(), "B"),
                Quantities.seconds(result.seconds())));
    result.functions().forEach(function -> lines.add("  " + function));
    verification.ifPresent(
        v ->
            lines.add(
                "verified on %d sequences: largest difference of a logit %.3g; their deviation %.3g"
                    .formatted(v.inputs(), v.maxDifference(), v.logitDeviation())));
    return new Answer(
        () -> fields(plan, result, verification),
        lines,
        verification.flatMap(v -> brokenClaim(plan, v)));
  }

  private Map<String, Object> fields(
      GrowthPlan plan, GrowthResult result, Optional<Verification> verification) {
    Map<String, Object> fields =
        Json.object(
            "model", result.directory().toString(),
            "operator", growth.operator(),
            "bytes_written", result.bytesWritten(),
            "seconds", result.seconds(),
            "functions", result.functions());
    fields.putAll(PlanSummary.fields(plan));
    fields.put("verification", verification.map(GrowCommand::fields).orElse(null));
    return fields;
  }

  private static Map<String, Object> fields(Verification verification) {
    return Json.object(
        "max_difference", Json.number(verification.maxDifference()),
        "logit_deviation", Json.number(verification.logitDeviation()),
        "inputs", verification.inputs());
  }

  private Optional<String> brokenClaim(GrowthPlan plan, Verification verification) {
    double allowed = TOLERANCE * verification.logitDeviation();
    if (!plan.claims().contains(Claim.FUNCTION_PRESERVING)
        || verification.maxDifference() <= allowed) {
      return Optional.empty();
    }
    return Optional.of(
        "'%s' claims that the model computes the same, but logits differ by up to %.3g, allowed %.3g; %s stays for inspection"
            .formatted(growth.operator(), verification.maxDifference(), allowed, out));
  }
}
