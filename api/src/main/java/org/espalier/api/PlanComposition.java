package org.espalier.api;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * One plan for two in sequence.
 *
 * <p>Random numbers belong to the name of the parameter that they fill, and a kernel sees that
 * parameter, so neither can be moved to another name by the second plan.
 */
final class PlanComposition {
  private final GrowthPlan first;
  private final GrowthPlan second;
  private final Map<String, Parameter> before;
  private final Map<String, Parameter> between;

  private PlanComposition(GrowthPlan first, GrowthPlan second) {
    this.first = first;
    this.second = second;
    this.before = first.from().parametersByName();
    this.between = first.to().parametersByName();
  }

  static GrowthPlan of(GrowthPlan first, GrowthPlan second) {
    if (!first.to().equals(second.from())) {
      throw new EspalierException(
          "The plans do not follow each other: the first makes %s, the second grows %s"
              .formatted(describe(first.to()), describe(second.from())));
    }
    return new PlanComposition(first, second).compose();
  }

  private static String describe(ModelSpec spec) {
    return "a %s model of %d blocks with %s"
        .formatted(spec.family(), spec.blocks(), spec.dimensions());
  }

  private GrowthPlan compose() {
    Map<String, TensorRule> rules = new LinkedHashMap<>();
    for (Parameter target : second.to().parameters()) {
      rules.put(target.name(), compose(target, second.rules().get(target.name())));
    }
    Set<Claim> claims = EnumSet.noneOf(Claim.class);
    claims.addAll(first.claims());
    claims.retainAll(second.claims());
    return new GrowthPlan(
        first.from(),
        second.to(),
        new BlockMap(first.blocks().map().then(second.blocks().map())),
        widths(),
        rules,
        masks(),
        claims,
        Stream.concat(first.growths().stream(), second.growths().stream()).toList());
  }

  private Map<String, MaskRule> masks() {
    Map<String, MaskSpec> made = new LinkedHashMap<>();
    first.masks().forEach((name, mask) -> made.put(name, mask.spec()));
    Map<String, MaskRule> masks = new LinkedHashMap<>();
    second
        .carrying(made)
        .masks()
        .forEach(
            (name, mask) -> {
              if (mask.isComputed()) {
                throw new EspalierException(
                    ("The plans cannot be made one: the second computes the mask of '%s'; carry"
                            + " them out one after the other")
                        .formatted(name));
              }
              TensorSource source = ((TensorRule.Copy) mask.rule()).source();
              MaskRule earlier = first.masks().get(((TensorSource.FromMask) source).parameter());
              if (earlier == null) {
                // Only the model before could have had it.
                masks.put(name, mask);
              } else if (earlier.isComputed()
                  && !((TensorSource.FromMask) source).parameter().equals(name)) {
                throw new EspalierException(
                    ("The plans cannot be made one: the mask of '%s' is computed for another"
                            + " parameter; carry them out one after the other")
                        .formatted(name));
              } else {
                masks.put(name, earlier);
              }
            });
    return masks;
  }

  private Map<String, WidthPair> widths() {
    Map<String, WidthPair> widths = new TreeMap<>(first.widths());
    second
        .widths()
        .forEach(
            (dimension, next) ->
                widths.merge(
                    dimension,
                    next,
                    (earlier, later) ->
                        new WidthPair(
                            earlier.copies().then(later.copies()),
                            earlier.shares().then(later.shares()))));
    return widths;
  }

  private TensorRule compose(Parameter target, TensorRule rule) {
    if (rule instanceof TensorRule.Copy copy) {
      return copy.source() instanceof TensorSource.FromModel model
          ? moved(target, model.parameter())
          : copy;
    } else if (rule instanceof TensorRule.Combine combine) {
      return combine(target, combine.terms());
    } else if (rule instanceof TensorRule.Compute compute) {
      return new TensorRule.Compute(
          compute.kernel(),
          compute.sources().stream().map(source -> input(target, source)).toList(),
          compute.options(),
          compute.seed());
    }
    return rule;
  }

  /** Returns the rule that makes {@code target} the same as a parameter of the model between. */
  private TensorRule moved(Parameter target, String name) {
    TensorRule rule = first.rules().get(name);
    boolean sameName = name.equals(target.name());
    if (rule instanceof TensorRule.Compute && !(sameName && target.equals(between.get(name)))) {
      throw refused(target, name, "is computed by a kernel");
    }
    boolean random =
        rule instanceof TensorRule.Fill fill
            ? isRandom(fill.initializer())
            : rule instanceof TensorRule.Combine combine
                && combine.terms().stream()
                    .anyMatch(
                        term ->
                            term.source() instanceof TensorSource.Random source
                                && isRandom(source.initializer()));
    if (random && !sameName) {
      throw refused(target, name, "holds random numbers");
    }
    return rule;
  }

  private TensorSource input(Parameter target, TensorSource source) {
    if (!(source instanceof TensorSource.FromModel model)) {
      return source;
    }
    if (first.rules().get(model.parameter()) instanceof TensorRule.Copy copy) {
      return copy.source();
    }
    throw refused(target, model.parameter(), "is not a copy, as a kernel's input must be");
  }

  private TensorRule combine(Parameter target, List<TensorRule.Term> terms) {
    List<TensorRule.Term> all = new ArrayList<>();
    for (TensorRule.Term term : terms) {
      if (term.source() instanceof TensorSource.FromModel model) {
        all.addAll(terms(target, term, model.parameter()));
      } else {
        all.add(term);
      }
    }
    return Terms.rule(all, target, before);
  }

  /** Returns what one term of the second plan is made of. */
  private List<TensorRule.Term> terms(Parameter target, TensorRule.Term outer, String name) {
    TensorRule rule = first.rules().get(name);
    if (rule instanceof TensorRule.Copy copy) {
      return List.of(new TensorRule.Term(copy.source(), outer.coefficient(), outer.maps()));
    } else if (rule instanceof TensorRule.Fill fill) {
      return random(target, outer, name, new TensorSource.Random(fill.initializer(), fill.seed()));
    } else if (rule instanceof TensorRule.Combine combine) {
      List<TensorRule.Term> composed = new ArrayList<>();
      for (TensorRule.Term inner : combine.terms()) {
        TensorRule.Term scaled =
            new TensorRule.Term(
                outer.source(), outer.coefficient() * inner.coefficient(), outer.maps());
        if (inner.source() instanceof TensorSource.Random random) {
          composed.addAll(random(target, scaled, name, random));
        } else {
          composed.add(
              new TensorRule.Term(
                  inner.source(), scaled.coefficient(), Terms.then(inner.maps(), outer.maps())));
        }
      }
      return composed;
    }
    throw refused(target, name, "is computed by a kernel");
  }

  private List<TensorRule.Term> random(
      Parameter target, TensorRule.Term outer, String name, TensorSource.Random source) {
    if (source.initializer() instanceof Initializer.Constant constant) {
      double sums = constant.value() == 0 ? 0 : Terms.commonRowSum(outer.maps());
      if (Double.isNaN(sums)) {
        throw refused(target, name, "is constant, but not after the second plan's maps");
      }
      double coefficient = outer.coefficient() * sums;
      return coefficient == 0
          ? List.of()
          : List.of(new TensorRule.Term(source, coefficient, List.of()));
    }
    if (!name.equals(target.name()) || !outer.maps().isEmpty()) {
      throw refused(target, name, "holds random numbers");
    }
    return List.of(new TensorRule.Term(source, outer.coefficient(), List.of()));
  }

  private static boolean isRandom(Initializer initializer) {
    return !(initializer instanceof Initializer.Constant);
  }

  private static EspalierException refused(Parameter target, String name, String what) {
    return new EspalierException(
        "The plans cannot be made one: '%s' is made of '%s', which %s; carry them out one after"
                .formatted(target.name(), name, what)
            + " the other");
  }
}
