package org.espalier.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.api.AxisMap;
import org.espalier.api.BlockMap;
import org.espalier.api.Claim;
import org.espalier.api.GrowthPlan;
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
        "block_sources",
            IntStream.range(0, plan.blocks().newBlocks())
                .mapToObj(
                    t ->
                        plan.blocks().sources(t).stream()
                            .map(s -> Json.object("block", s.index(), "weight", s.weight()))
                            .toList())
                .toList(),
        "widths", widths(plan),
        "rules", kinds(plan),
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
    lines.addAll(sizes.lines());
    lines.add("");
    lines.add("blocks from   " + sources(plan.blocks()));
    lines.add(
        "tensors       "
            + kinds(plan).entrySet().stream()
                .filter(e -> e.getValue() > 0)
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", ")));
    lines.add(
        "claims        " + (plan.claims().isEmpty() ? "nothing" : Labels.claims(plan.claims())));
    plan.check(Claim.FUNCTION_PRESERVING)
        .conditions()
        .forEach(condition -> lines.add("              " + condition));
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

  private static String sources(BlockMap map) {
    return IntStream.range(0, map.newBlocks())
        .mapToObj(t -> map.sources(t).stream().map(PlanSummary::source))
        .map(terms -> terms.collect(Collectors.joining("+")))
        .map(terms -> terms.isEmpty() ? "-" : terms)
        .collect(Collectors.joining(" "));
  }

  private static String source(AxisMap.Entry source) {
    return source.weight() == 1
        ? String.valueOf(source.index())
        : "%.4g*%d".formatted(source.weight(), source.index());
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
