package org.espalier.api;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.espalier.api.ModelAttributes.NormPlacement;

/** What must hold of the dimensions that norms run over, and of the norms themselves. */
final class NormConditions {
  private static final double ROUNDING = 1e-9;

  private final GrowthPlan plan;
  private final Set<Integer> identityBlocks;

  NormConditions(GrowthPlan plan, Set<Integer> identityBlocks) {
    this.plan = plan;
    this.identityBlocks = identityBlocks;
  }

  /** Returns the dimensions that norms run over; {@code residual} where no norm is known. */
  static Set<String> normedDimensions(ModelSpec spec) {
    Set<String> normed = new TreeSet<>();
    for (Parameter parameter : spec.parameters()) {
      if (NormRule.isNorm(parameter)) {
        parameter
            .axes()
            .forEach(axis -> axis.segments().forEach(s -> normed.addAll(s.dimensions())));
      }
    }
    return normed.isEmpty() ? Set.of("residual") : normed;
  }

  /** Returns the conditions and adds the parameters whose rules they judge to {@code decided}. */
  List<Condition> all(Set<String> decided) {
    List<Condition> conditions = new ArrayList<>();
    double varianceFactor = 1;
    for (String dimension : normedDimensions(plan.from())) {
      WidthPair pair = plan.widths().get(dimension);
      if (pair == null || pair.copies().isIdentity()) {
        continue;
      }
      NormStatistics statistics = NormStatistics.of(pair.copies());
      Condition equal = statistics(dimension, pair, statistics);
      conditions.add(equal);
      if (equal.outcome() == Condition.Outcome.HOLDS) {
        varianceFactor = statistics.varianceFactor();
        averages(dimension, pair, conditions);
        conditions.add(norms(dimension, pair, varianceFactor, decided));
      }
    }
    epsilon(varianceFactor, conditions);
    return conditions;
  }

  private static Condition statistics(String dimension, WidthPair pair, NormStatistics statistics) {
    String name = "equal shares for the norms (" + dimension + ")";
    if (pair.copies().isSelection()) {
      int[] counts = new int[pair.copies().oldSize()];
      for (int i = 0; i < pair.copies().newSize(); i++) {
        counts[pair.copies().row(i).get(0).index()]++;
      }
      int least = IntStream.of(counts).min().orElse(0);
      int most = IntStream.of(counts).max().orElse(0);
      return least == most
          ? Condition.holds(name, "each element is copied %d times".formatted(least))
          : Condition.fails(
              name,
              "elements are copied %d to %d times, which changes mean and variance"
                  .formatted(least, most));
    }
    return Condition.of(
        statistics.deviation() <= ROUNDING && statistics.varianceFactor() > 0,
        name,
        "the mean stays and the variance is scaled by %.6g, to within %.2g"
            .formatted(statistics.varianceFactor(), statistics.deviation()));
  }

  /** Sums of elements are exact only where nothing but norms and linear maps sees the stream. */
  private void averages(String dimension, WidthPair pair, List<Condition> conditions) {
    if (pair.copies().isSelection()) {
      return;
    }
    String name = "averaged elements (" + dimension + ")";
    NormPlacement norm = plan.to().attributes().norm();
    boolean activated =
        plan.to().parameters().stream()
            .anyMatch(
                p ->
                    !p.inBlocks()
                        && p.role().endsWith(".kernel")
                        && WidthConditions.has(p, Axis.Side.IN, dimension)
                        && WidthConditions.has(p, Axis.Side.OUT, dimension));
    if (norm == NormPlacement.UNKNOWN) {
      conditions.add(Condition.undecided(name, "where the norms stand is not known"));
    } else {
      conditions.add(
          Condition.of(
              norm == NormPlacement.PRE && !activated,
              name,
              "they need a pre-norm model whose head has no layer with an activation"));
    }
  }

  private void epsilon(double varianceFactor, List<Condition> conditions) {
    String name = "ε of the norms";
    OptionalDouble before = plan.from().attributes().normEpsilon();
    OptionalDouble after = plan.to().attributes().normEpsilon();
    boolean same = Math.abs(varianceFactor - 1) <= ROUNDING;
    if (same && before.equals(after)) {
      return;
    }
    if (before.isEmpty() || after.isEmpty()) {
      conditions.add(Condition.undecided(name, "it is not known"));
      return;
    }
    double wanted = before.getAsDouble() * varianceFactor;
    conditions.add(
        Condition.of(
            Math.abs(after.getAsDouble() - wanted) <= 1e-6 * wanted,
            name,
            "it must be %.6g, the old one times %.6g, and is %.6g"
                .formatted(wanted, varianceFactor, after.getAsDouble())));
  }

  private Condition norms(
      String dimension, WidthPair pair, double varianceFactor, Set<String> decided) {
    String name = "scales and offsets of the norms (" + dimension + ")";
    String last = NormRule.lastNorm(plan.to());
    boolean tied = plan.to().attributes().tiedHead();
    boolean lastFound = false;
    Condition open = null;
    for (Parameter parameter : plan.to().parameters()) {
      if (!NormRule.isNorm(parameter)
          || !WidthConditions.has(parameter, parameter.axes().get(0).side(), dimension)
          || identityBlocks.contains(parameter.block())) {
        continue;
      }
      boolean beforeTied = tied && Roles.matches(parameter.role(), last);
      lastFound |= beforeTied;
      NormRule rule = new NormRule(pair, Math.sqrt(varianceFactor), beforeTied);
      Condition found = rule.check(name, plan, parameter);
      if (found.outcome() == Condition.Outcome.FAILS) {
        return found;
      }
      if (found.outcome() == Condition.Outcome.HOLDS) {
        decided.add(parameter.name());
      } else if (open == null) {
        open = found;
      }
    }
    if (open != null) {
      return open;
    }
    return tied && !lastFound
        ? Condition.undecided(name, "no norm before the tied head is known by its role")
        : Condition.holds(
            name, tied ? "the one before the tied head shares" : "all follow the copies");
  }
}
