package org.espalier.api;

import com.google.common.collect.Sets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Checks that the rules of a plan fit the specs on both sides. */
final class RuleCheck {
  private RuleCheck() {}

  static void checkWidth(ModelSpec from, ModelSpec to, String dimension, WidthPair pair) {
    if (from.dimension(dimension) != pair.copies().oldSize()
        || to.dimension(dimension) != pair.copies().newSize()) {
      throw new IllegalArgumentException(
          "the maps of '%s' are from %d to %d elements, the models have %d and %d"
              .formatted(
                  dimension,
                  pair.copies().oldSize(),
                  pair.copies().newSize(),
                  from.dimension(dimension),
                  to.dimension(dimension)));
    }
  }

  static void check(ModelSpec from, ModelSpec to, Map<String, TensorRule> rules) {
    Map<String, Parameter> targets = to.parametersByName();
    if (!rules.keySet().equals(targets.keySet())) {
      throw new IllegalArgumentException(
          "parameters without a rule: %s; rules without a parameter: %s"
              .formatted(
                  Sets.difference(targets.keySet(), rules.keySet()),
                  Sets.difference(rules.keySet(), targets.keySet())));
    }
    Map<String, Parameter> sources = from.parametersByName();
    rules.forEach((name, rule) -> check(sources, targets.get(name), rule));
  }

  private static void check(Map<String, Parameter> sources, Parameter target, TensorRule rule) {
    if (rule instanceof TensorRule.Copy copy
        && copy.source() instanceof TensorSource.FromModel model) {
      Parameter source = source(sources, target, model);
      if (!source.shape().equals(target.shape()) || source.dtype() != target.dtype()) {
        throw new IllegalArgumentException(
            "'%s' is %s %s and cannot be a copy of '%s', which is %s %s"
                .formatted(
                    target.name(),
                    target.dtype(),
                    target.shape(),
                    source.name(),
                    source.dtype(),
                    source.shape()));
      }
    } else if (rule instanceof TensorRule.Combine combine) {
      if (!target.dtype().isFloating()) {
        throw new IllegalArgumentException(
            "'%s' is %s and can only be copied".formatted(target.name(), target.dtype()));
      }
      combine.terms().forEach(term -> check(sources, target, term));
    } else if (rule instanceof TensorRule.Fill fill) {
      check(target, fill.initializer());
    } else if (rule instanceof TensorRule.Compute compute) {
      for (TensorSource input : compute.sources()) {
        if (input instanceof TensorSource.FromModel model) {
          source(sources, target, model);
        }
      }
    }
  }

  private static void check(Parameter target, Initializer initializer) {
    if (!target.dtype().isFloating()
        && !(initializer instanceof Initializer.Constant constant
            && (constant.value() == 0 || constant.value() == 1))) {
      throw new IllegalArgumentException(
          "'%s' is %s and can only be filled with 0 or 1".formatted(target.name(), target.dtype()));
    }
  }

  private static void check(
      Map<String, Parameter> sources, Parameter target, TensorRule.Term term) {
    if (!(term.source() instanceof TensorSource.FromModel model)) {
      return;
    }
    Parameter source = source(sources, target, model);
    List<Long> shape = new ArrayList<>(source.shape());
    if (!term.maps().isEmpty()) {
      if (term.maps().size() != shape.size()) {
        throw new IllegalArgumentException(
            "'%s' has %d axes, its rule has %d maps"
                .formatted(source.name(), shape.size(), term.maps().size()));
      }
      for (int i = 0; i < shape.size(); i++) {
        AxisMap map = term.maps().get(i);
        if (map.oldSize() != shape.get(i)) {
          throw new IllegalArgumentException(
              "axis %d of '%s' has %d elements, its map takes %d"
                  .formatted(i, source.name(), shape.get(i), map.oldSize()));
        }
        shape.set(i, (long) map.newSize());
      }
    }
    if (!shape.equals(target.shape())) {
      throw new IllegalArgumentException(
          "the rule of '%s' makes the shape %s, not %s"
              .formatted(target.name(), shape, target.shape()));
    }
  }

  private static Parameter source(
      Map<String, Parameter> sources, Parameter target, TensorSource.FromModel model) {
    Parameter source = sources.get(model.parameter());
    if (source == null) {
      throw new IllegalArgumentException(
          "'%s' is made of '%s', which the model does not have"
              .formatted(target.name(), model.parameter()));
    }
    return source;
  }
}
