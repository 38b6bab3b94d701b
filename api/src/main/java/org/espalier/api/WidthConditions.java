package org.espalier.api;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.espalier.api.Axis.Side;

/** What must hold of the width pairs for the function to stay; norms are for others to judge. */
final class WidthConditions {
  private static final double ROUNDING = 1e-9;
  private static final String HEAD_SIZE = "head_size";

  private final GrowthPlan plan;
  private final Set<Integer> identityBlocks;
  private final LinearRules linear;
  private final Set<String> normed;

  WidthConditions(GrowthPlan plan, Set<Integer> identityBlocks, LinearRules linear) {
    this.plan = plan;
    this.identityBlocks = identityBlocks;
    this.linear = linear;
    this.normed = NormConditions.normedDimensions(plan.from());
  }

  /** Returns the conditions and adds the parameters whose rules they judge to {@code decided}. */
  List<Condition> all(Set<String> decided) {
    List<Condition> conditions = new ArrayList<>();
    plan.widths()
        .forEach(
            (dimension, pair) -> {
              conditions.add(inverse(dimension, pair));
              if (dimension.equals(HEAD_SIZE)) {
                conditions.add(headSize(pair, decided));
              } else if (!normed.contains(dimension)) {
                conditions.add(whole(dimension, pair));
              }
            });
    return conditions;
  }

  /** NᵀM = I: what M spreads, N gathers. */
  static Condition inverse(String dimension, WidthPair pair) {
    double error = deviationFromIdentity(pair.copies().then(pair.shares().transpose()));
    return Condition.of(
        error <= ROUNDING,
        "NᵀM = I (" + dimension + ")",
        "the largest deviation is %.2g".formatted(error));
  }

  private static double deviationFromIdentity(AxisMap map) {
    double largest = 0;
    for (int i = 0; i < map.newSize(); i++) {
      largest = Math.max(largest, AxisMaps.distance(map.row(i), List.of(new AxisMap.Entry(i, 1))));
    }
    return largest;
  }

  /** Heads and activations are not linear, so their elements must be copied whole. */
  private static Condition whole(String dimension, WidthPair pair) {
    String name = "heads".equals(dimension) ? "whole heads" : "whole elements (" + dimension + ")";
    for (int i = 0; i < pair.copies().newSize(); i++) {
      List<AxisMap.Entry> row = pair.copies().row(i);
      boolean copiedOrZero = row.isEmpty() || (row.size() == 1 && row.get(0).weight() == 1);
      if (!copiedOrZero && !pair.shares().row(i).isEmpty()) {
        return Condition.fails(
            name,
            "element %d is made of %d old ones and is no plain copy of one"
                .formatted(i, row.size()));
      }
    }
    return Condition.holds(name, "each that is used is a copy of one old element");
  }

  /** With MᵀM = m·I the scores grow by m·√(d/d'), which query times key must make up for. */
  private Condition headSize(WidthPair pair, Set<String> decided) {
    String name = "scale of the attention scores";
    AxisMap gram = pair.copies().then(pair.copies().transpose());
    double m = gram.row(0).isEmpty() ? 0 : gram.row(0).get(0).weight();
    AxisMap unit = m == 0 ? gram : AxisMaps.scaled(gram, 1 / m);
    if (m == 0 || deviationFromIdentity(unit) > ROUNDING) {
      return Condition.fails(name, "the elements of a head are not copied equally often");
    }
    double wanted = Math.sqrt((double) pair.copies().newSize() / pair.copies().oldSize()) / m;
    OptionalDouble query = factor("attention.query", decided);
    OptionalDouble key = factor("attention.key", decided);
    if (query.isEmpty() || key.isEmpty()) {
      return Condition.undecided(name, "query and key are not made by one factor each");
    }
    double found = query.getAsDouble() * key.getAsDouble();
    return Condition.of(
        Math.abs(found - wanted) <= ROUNDING * wanted,
        name,
        "heads grow from %d to %d elements, so query times key must be scaled by %.6g, and is by %.6g"
            .formatted(pair.copies().oldSize(), pair.copies().newSize(), wanted, found));
  }

  /** Returns the one factor by which all parameters of a role differ from the linear rule. */
  private OptionalDouble factor(String role, Set<String> decided) {
    List<Parameter> parameters =
        plan.to().parameters().stream()
            .filter(p -> Roles.matches(p.role(), role) && !identityBlocks.contains(p.block()))
            .toList();
    double common = Double.NaN;
    for (Parameter parameter : parameters) {
      OptionalDouble factor = linear.factor(parameter, plan.rules().get(parameter.name()));
      if (factor.isEmpty()
          || (!Double.isNaN(common) && Math.abs(common - factor.getAsDouble()) > ROUNDING)) {
        return OptionalDouble.empty();
      }
      common = factor.getAsDouble();
    }
    parameters.forEach(p -> decided.add(p.name()));
    return Double.isNaN(common) ? OptionalDouble.empty() : OptionalDouble.of(common);
  }

  /** Returns whether any axis of a parameter is on {@code side} over {@code dimension}. */
  static boolean has(Parameter parameter, Side side, String dimension) {
    return parameter.axes().stream()
        .anyMatch(
            axis ->
                axis.side() == side
                    && axis.segments().stream().anyMatch(s -> s.dimensions().contains(dimension)));
  }
}
