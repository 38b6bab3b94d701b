package org.espalier.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How the optimizer's slots follow a plan.
 *
 * <p>By {@link SlotPolicy#COPY}, slots of a width growth are contracted without normalising: every
 * axis by M. Sharing would make moments small that belong to whole gradients.
 */
final class SlotRules {
  private static final TensorRule ZEROS = new TensorRule.Fill(Initializer.zeros(), 0);

  private final GrowthPlan plan;
  private final Map<String, Parameter> sources;
  // All blocks have the same maps.
  private final Map<String, List<AxisMap>> linearByPattern = new HashMap<>();
  private final Map<String, List<AxisMap>> copyingByPattern = new HashMap<>();

  SlotRules(GrowthPlan plan) {
    this.plan = plan;
    this.sources = plan.from().parametersByName();
  }

  Map<String, TensorRule> rules(SlotPolicy policy, Moment moment) {
    ScaledSlots scaled = policy == SlotPolicy.SCALED ? new ScaledSlots(plan, moment) : null;
    Map<String, TensorRule> rules = new LinkedHashMap<>();
    for (Parameter target : plan.to().parameters()) {
      if (target.trainable() && target.dtype().isFloating()) {
        TensorRule own = plan.rules().get(target.name());
        rules.put(
            target.name(),
            switch (policy) {
              case RESET -> ZEROS;
              case COPY -> rule(own);
              case SCALED -> scaled.rule(target, own).orElse(ZEROS);
            });
      }
    }
    return rules;
  }

  Map<String, String> steps(SlotPolicy policy) {
    Map<String, String> steps = new LinkedHashMap<>();
    rules(policy, Moment.FIRST)
        .forEach(
            (name, rule) -> {
              if (rule instanceof TensorRule.Copy copy
                  && copy.source() instanceof TensorSource.FromModel model) {
                steps.put(name, model.parameter());
              } else if (rule instanceof TensorRule.Combine combine) {
                steps.put(name, heaviest(combine.terms()));
              }
            });
    return steps;
  }

  /** Returns the source with the greatest coefficient, the first of them. */
  private static String heaviest(List<TensorRule.Term> terms) {
    TensorRule.Term heaviest = terms.get(0);
    for (TensorRule.Term term : terms) {
      if (term.coefficient() > heaviest.coefficient()) {
        heaviest = term;
      }
    }
    return ((TensorSource.FromModel) heaviest.source()).parameter();
  }

  private TensorRule rule(TensorRule rule) {
    if (rule instanceof TensorRule.Copy copy) {
      return sourceOf(copy.source()) != null ? copy : ZEROS;
    }
    if (rule instanceof TensorRule.Combine combine) {
      List<TensorRule.Term> terms = new ArrayList<>();
      for (TensorRule.Term term : combine.terms()) {
        Parameter source = sourceOf(term.source());
        if (source != null) {
          terms.add(new TensorRule.Term(term.source(), term.coefficient(), maps(source, term)));
        }
      }
      return terms.isEmpty() || terms.stream().anyMatch(SlotRules::mayTurnNegative)
          ? ZEROS
          : new TensorRule.Combine(terms);
    }
    return ZEROS;
  }

  /** Returns the parameter whose slots a source has, or null where there are none. */
  private Parameter sourceOf(TensorSource source) {
    if (source instanceof TensorSource.FromModel model) {
      Parameter parameter = sources.get(model.parameter());
      return parameter.trainable() ? parameter : null;
    }
    return null;
  }

  private List<AxisMap> maps(Parameter source, TensorRule.Term term) {
    if (term.maps().isEmpty()) {
      return List.of();
    }
    List<AxisMap> linear =
        linearByPattern.computeIfAbsent(
            source.pattern(),
            pattern -> AxisMaps.linear(source, plan.from().dimensions(), plan.widths()));
    return term.maps().equals(linear)
        ? copyingByPattern.computeIfAbsent(
            source.pattern(),
            pattern -> AxisMaps.copying(source, plan.from().dimensions(), plan.widths()))
        : term.maps();
  }

  /** Returns whether a term could make a second moment negative, whose root is taken. */
  private static boolean mayTurnNegative(TensorRule.Term term) {
    return term.coefficient() < 0
        || term.maps().stream()
            .anyMatch(
                map -> {
                  for (int i = 0; i < map.newSize(); i++) {
                    if (map.row(i).stream().anyMatch(entry -> entry.weight() < 0)) {
                      return true;
                    }
                  }
                  return false;
                });
  }
}
