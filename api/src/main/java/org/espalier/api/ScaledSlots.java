package org.espalier.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * How the optimizer's slots follow a plan by {@link SlotPolicy#SCALED}.
 *
 * <p>A gradient belongs to the other side: where a weight is copied by M, its gradient is shared by
 * N, and the reverse. So m is contracted with the sides swapped, {@code OUT} by N and {@code IN} by
 * M, and v with the squares of those elements; a weight that is also multiplied by c has its
 * gradient divided by c. Checked against finite differences.
 *
 * <p>Parameters with rules of their own, and blocks that add nothing yet, start at zero.
 */
final class ScaledSlots {
  private static final double ROUNDING = 1e-9;

  private final GrowthPlan plan;
  private final Moment moment;
  private final LinearRules linear;
  private final Set<Integer> identityBlocks;
  private final Map<String, Parameter> sources;
  // All blocks have the same maps.
  private final Map<String, List<AxisMap>> mapsOfPattern = new HashMap<>();

  /**
   * Prepares the rules of one slot.
   *
   * @throws EspalierException if they would not be exact; the message names the condition
   */
  ScaledSlots(GrowthPlan plan, Moment moment) {
    refusal(plan)
        .ifPresent(
            condition -> {
              throw new EspalierException(
                  "The slots cannot be 'scaled', for %s; use 'copy' or 'reset'"
                      .formatted(condition));
            });
    this.plan = plan;
    this.moment = moment;
    this.linear = LinearRules.of(plan);
    this.identityBlocks = new BlockCondition(plan).identityBlocks();
    this.sources = plan.from().parametersByName();
  }

  /** Returns the condition that makes scaled slots inexact, if there is one. */
  static Optional<Condition> refusal(GrowthPlan plan) {
    Set<String> normed = NormConditions.normedDimensions(plan.from());
    for (Map.Entry<String, WidthPair> width : plan.widths().entrySet()) {
      Condition failed = failed(width.getKey(), width.getValue(), normed);
      if (failed != null) {
        return Optional.of(failed);
      }
    }
    Optional<Condition> indexed = PreservationCheck.inputsAndOutputs(plan);
    if (indexed.isPresent()) {
      return indexed;
    }
    for (int t = 0; t < plan.blocks().newBlocks(); t++) {
      List<AxisMap.Entry> row = plan.blocks().sources(t);
      if (row.size() > 1 || (row.size() == 1 && row.get(0).weight() != 1)) {
        return Optional.of(
            Condition.fails("blocks", "block %d is a sum of blocks, not one of them".formatted(t)));
      }
    }
    return Optional.empty();
  }

  private static Condition failed(String dimension, WidthPair pair, Set<String> normed) {
    Condition inverse = WidthConditions.inverse(dimension, pair);
    if (inverse.outcome() != Condition.Outcome.HOLDS) {
      return inverse;
    }
    if (!pair.copies().isSelection()) {
      return Condition.fails("copies (" + dimension + ")", "some elements are no plain copies");
    }
    if (!normed.contains(dimension)) {
      return null;
    }
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < pair.shares().newSize(); i++) {
      List<AxisMap.Entry> row = pair.shares().row(i);
      double share = row.size() == 1 ? row.get(0).weight() : 0;
      least = Math.min(least, share);
      most = Math.max(most, share);
    }
    return most - least <= ROUNDING
        ? null
        : Condition.fails(
            "equal shares (" + dimension + ")",
            "shares go from %.4g to %.4g".formatted(least, most));
  }

  /** Returns the rule of a slot, or nothing where it starts at zero. */
  Optional<TensorRule> rule(Parameter target, TensorRule own) {
    OptionalDouble factor = linear.factor(target, own);
    List<TensorRule.Term> terms = LinearRules.termsOf(own).orElse(List.of());
    if (identityBlocks.contains(target.block()) || factor.isEmpty() || terms.size() != 1) {
      return Optional.empty();
    }
    TensorSource source = terms.get(0).source();
    Parameter before = sources.get(((TensorSource.FromModel) source).parameter());
    if (!before.trainable()) {
      return Optional.empty();
    }
    double coefficient = 1 / factor.getAsDouble();
    List<AxisMap> maps = maps(before);
    if (coefficient == 1 && maps.isEmpty()) {
      return Optional.of(new TensorRule.Copy(source));
    }
    return Optional.of(
        new TensorRule.Combine(
            List.of(
                new TensorRule.Term(
                    source,
                    moment == Moment.FIRST ? coefficient : coefficient * coefficient,
                    maps))));
  }

  private List<AxisMap> maps(Parameter source) {
    return mapsOfPattern.computeIfAbsent(
        source.pattern(),
        pattern -> {
          List<AxisMap> maps =
              AxisMaps.swapped(source, plan.from().dimensions(), plan.widths()).stream()
                  .map(map -> moment == Moment.FIRST ? map : AxisMaps.squared(map))
                  .toList();
          return maps.stream().allMatch(AxisMap::isIdentity) ? List.of() : maps;
        });
  }
}
