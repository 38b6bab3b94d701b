package org.espalier.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.espalier.api.Claim;
import org.espalier.api.Condition;
import org.espalier.api.GrowthPlan;
import org.espalier.api.MaskRule;
import org.espalier.api.MaskSpec;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.TensorRule;
import org.espalier.tf.ForwardCost;

/** Tells what a plan changes. */
final class PlanSummary {
  private PlanSummary() {}

  /** Returns the plan for programs. */
  static Map<String, Object> fields(GrowthPlan plan) {
    return Json.object(
        "from", fields(plan.from()),
        "to", fields(plan.to()),
        "block_sources", MapPicture.rows(plan.blocks().map(), "block"),
        "widths", widths(plan),
        "rules", kinds(plan),
        "masks", masks(plan),
        "slots", SlotSummary.fields(plan),
        "claims", plan.claims().stream().map(Labels::of).toList(),
        "conditions",
            plan.check(Claim.FUNCTION_PRESERVING).conditions().stream()
                .map(
                    c ->
                        Json.object(
                            "name", c.name(),
                            "outcome", Labels.of(c.outcome()),
                            "detail", c.detail()))
                .toList());
  }

  private static Map<String, Object> fields(ModelSpec spec) {
    return Json.object(
        "family", spec.family(),
        "blocks", spec.blocks(),
        "dimensions", spec.dimensions(),
        "parameters", spec.parameterCount(),
        "bytes", spec.bytes(),
        "forward_flops_per_token",
            ForwardCost.of(spec).map(cost -> (Object) cost.perToken()).orElse(null));
  }

  private static Map<String, Object> widths(GrowthPlan plan) {
    Map<String, Object> widths = new LinkedHashMap<>();
    plan.widths()
        .forEach(
            (dimension, pair) ->
                widths.put(
                    dimension,
                    Json.object(
                        "before", pair.copies().oldSize(), "after", pair.copies().newSize())));
    return widths;
  }

  private static Map<String, Integer> kinds(GrowthPlan plan) {
    Map<String, Integer> kinds = new LinkedHashMap<>();
    List.of("copy", "combine", "fill", "compute").forEach(kind -> kinds.put(kind, 0));
    plan.rules().values().forEach(rule -> kinds.merge(kind(rule), 1, Integer::sum));
    return kinds;
  }

  private static String kind(TensorRule rule) {
    return rule.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  /** Returns the plan for people. */
  static List<String> lines(GrowthPlan plan) {
    ModelSpec from = plan.from();
    ModelSpec to = plan.to();
    List<String> lines = new ArrayList<>();
    Table sizes = new Table("", "before", "after");
    sizes.row("blocks", from.blocks(), to.blocks());
    TreeSet<String> dimensions = new TreeSet<>(from.dimensions().keySet());
    dimensions.addAll(to.dimensions().keySet());
    for (String dimension : dimensions) {
      sizes.row(dimension, from.dimensions().get(dimension), to.dimensions().get(dimension));
    }
    sizes.row(
        "parameters",
        Quantities.count(from.parameterCount()),
        Quantities.count(to.parameterCount()));
    sizes.row("bytes", Quantities.count(from.bytes()), Quantities.count(to.bytes()));
    sizes.row("forward FLOPs per token", flops(from), flops(to));
    if (!from.attributes().normEpsilon().equals(to.attributes().normEpsilon())) {
      sizes.row("norm epsilon", epsilon(from), epsilon(to));
    }
    lines.addAll(sizes.lines());
    lines.add("");
    add(lines, "blocks from", MapPicture.lines(plan.blocks().map()));
    lines.add(
        "tensors       "
            + kinds(plan).entrySet().stream()
                .filter(e -> e.getValue() > 0)
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", ")));
    MaskTable masks = masksOf(plan);
    if (!masks.byRole().isEmpty()) {
      add(lines, "masks", masks.lines());
    }
    lines.add(
        "claims        " + (plan.claims().isEmpty() ? "nothing" : Labels.claims(plan.claims())));
    add(
        lines,
        "exactness",
        plan.check(Claim.FUNCTION_PRESERVING).conditions().stream()
            .map(Condition::toString)
            .toList());
    lines.addAll(SlotSummary.lines(plan));
    lines.add("");
    lines.addAll(rules(plan));
    return lines;
  }

  private static String flops(ModelSpec spec) {
    return ForwardCost.of(spec)
        .map(cost -> Quantities.count(Math.round(cost.perToken())) + " at " + cost.tokens())
        .orElse("not known");
  }

  private static String epsilon(ModelSpec spec) {
    return spec.attributes().normEpsilon().isPresent()
        ? String.format(Locale.ROOT, "%.4g", spec.attributes().normEpsilon().getAsDouble())
        : "not known";
  }

  private static void add(List<String> lines, String label, List<String> texts) {
    for (int i = 0; i < texts.size(); i++) {
      lines.add("%-13s %s".formatted(i == 0 ? label : "", texts.get(i)));
    }
  }

  private static Map<String, Object> masks(GrowthPlan plan) {
    return Json.object(
        "computed", plan.masks().values().stream().filter(MaskRule::isComputed).count(),
        "by_role", masksOf(plan).fields());
  }

  private static MaskTable masksOf(GrowthPlan plan) {
    Map<String, MaskSpec> specs = new LinkedHashMap<>();
    plan.masks().forEach((name, mask) -> specs.put(name, mask.spec()));
    return MaskTable.of(plan.to(), specs);
  }

  /** A line for each pattern of parameters, with the kinds of its rules. */
  private static List<String> rules(GrowthPlan plan) {
    Map<String, Map<String, Integer>> byPattern = new LinkedHashMap<>();
    for (Parameter parameter : plan.to().parameters()) {
      byPattern
          .computeIfAbsent(parameter.pattern(), pattern -> new LinkedHashMap<>())
          .merge(kind(plan.rules().get(parameter.name())), 1, Integer::sum);
    }
    Map<String, Parameter> next =
        plan.to().parameters().stream()
            .collect(Collectors.toMap(Parameter::pattern, p -> p, (first, other) -> first));
    Table table = new Table("parameter", "shape", "rules");
    byPattern.forEach(
        (pattern, kinds) ->
            table.row(
                pattern,
                next.get(pattern).shape(),
                kinds.entrySet().stream()
                    .map(e -> e.getKey() + (e.getValue() > 1 ? " x" + e.getValue() : ""))
                    .collect(Collectors.joining(", "))));
    return table.lines();
  }
}
