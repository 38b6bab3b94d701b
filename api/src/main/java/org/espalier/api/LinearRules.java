package org.espalier.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The general linear rule: what the builder gives every parameter that has no rule of its own.
 *
 * <p>See {@link GrowthPlanBuilder} for the formula. Not thread-safe.
 */
final class LinearRules {
  private static final double ROUNDING = 1e-12;

  private final ModelSpec from;
  private final BlockMap blocks;
  private final Map<String, WidthPair> widths;
  private final Map<String, Parameter> sources;
  // All blocks have the same maps.
  private final Map<String, List<AxisMap>> mapsOfPattern = new HashMap<>();

  LinearRules(ModelSpec from, BlockMap blocks, Map<String, WidthPair> widths) {
    this.from = from;
    this.blocks = blocks;
    this.widths = widths;
    this.sources = from.parametersByName();
  }

  static LinearRules of(GrowthPlan plan) {
    return new LinearRules(plan.from(), plan.blocks(), plan.widths());
  }

  /** Returns the map of each axis, empty where all are identities. */
  List<AxisMap> maps(Parameter parameter) {
    return mapsOfPattern.computeIfAbsent(
        parameter.pattern(),
        pattern -> {
          List<AxisMap> maps =
              AxisMaps.linear(sources.get(parameter.nameIn(0)), from.dimensions(), widths);
          return maps.stream().allMatch(AxisMap::isIdentity) ? List.of() : maps;
        });
  }

  /** Returns the rule of a parameter of the next model, which the old model has by its pattern. */
  TensorRule of(Parameter target) {
    List<TensorRule.Term> terms = terms(target);
    if (terms.isEmpty()) {
      return new TensorRule.Fill(Initializer.zeros(), 0);
    }
    TensorRule.Term first = terms.get(0);
    if (terms.size() == 1 && first.coefficient() == 1 && first.maps().isEmpty()) {
      return new TensorRule.Copy(first.source());
    }
    return new TensorRule.Combine(terms);
  }

  private List<TensorRule.Term> terms(Parameter target) {
    List<TensorRule.Term> terms = new ArrayList<>();
    List<AxisMap.Entry> entries =
        target.inBlocks()
            ? blocks.sources(target.block())
            : List.of(new AxisMap.Entry(Parameter.OUTSIDE, 1));
    for (AxisMap.Entry entry : entries) {
      if (entry.weight() != 0) {
        terms.add(
            new TensorRule.Term(
                TensorSource.model(target.nameIn(entry.index())), entry.weight(), maps(target)));
      }
    }
    return terms;
  }

  /**
   * Returns the c for which {@code rule} is c times the general linear rule; empty if it is
   * something else.
   */
  OptionalDouble factor(Parameter target, TensorRule rule) {
    if (!sources.containsKey(target.nameIn(0))) {
      return OptionalDouble.empty();
    }
    Map<TensorSource, TensorRule.Term> linear = bySource(terms(target));
    Optional<List<TensorRule.Term>> own = termsOf(rule);
    if (own.isEmpty() || own.get().size() != linear.size()) {
      return OptionalDouble.empty();
    }
    double common = Double.NaN;
    for (TensorRule.Term term : own.get()) {
      TensorRule.Term expected = linear.remove(term.source());
      if (expected == null || !sameMaps(term.maps(), expected.maps())) {
        return OptionalDouble.empty();
      }
      double factor = term.coefficient() / expected.coefficient();
      if (!Double.isNaN(common) && Math.abs(factor - common) > ROUNDING * Math.abs(common)) {
        return OptionalDouble.empty();
      }
      common = factor;
    }
    return OptionalDouble.of(Double.isNaN(common) ? 1 : common);
  }

  /** Returns whether {@code rule} is the general linear rule, up to rounding. */
  boolean isLinear(Parameter target, TensorRule rule) {
    OptionalDouble factor = factor(target, rule);
    return factor.isPresent() && Math.abs(factor.getAsDouble() - 1) <= ROUNDING;
  }

  /** Returns a rule as a sum of terms, nothing if it is none; a sum of nothing is zero. */
  static Optional<List<TensorRule.Term>> termsOf(TensorRule rule) {
    if (rule instanceof TensorRule.Copy copy) {
      return Optional.of(List.of(new TensorRule.Term(copy.source(), 1, List.of())));
    } else if (rule instanceof TensorRule.Combine combine) {
      return Optional.of(combine.terms().stream().filter(t -> t.coefficient() != 0).toList());
    } else if (rule instanceof TensorRule.Fill fill
        && fill.initializer().equals(Initializer.zeros())) {
      return Optional.of(List.of());
    }
    return Optional.empty();
  }

  private static Map<TensorSource, TensorRule.Term> bySource(List<TensorRule.Term> terms) {
    Map<TensorSource, TensorRule.Term> bySource = new LinkedHashMap<>();
    terms.forEach(term -> bySource.put(term.source(), term));
    return bySource;
  }

  private static boolean sameMaps(List<AxisMap> some, List<AxisMap> others) {
    if (some.equals(others)) {
      return true;
    }
    if (some.isEmpty() || others.isEmpty()) {
      return (some.isEmpty() ? others : some).stream().allMatch(AxisMap::isIdentity);
    }
    for (int i = 0; i < some.size(); i++) {
      if (!AxisMaps.same(some.get(i), others.get(i), ROUNDING)) {
        return false;
      }
    }
    return true;
  }
}
