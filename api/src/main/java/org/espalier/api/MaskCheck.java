package org.espalier.api;

import java.util.Map;

/** Checks that the mask rules of a plan fit the specs on both sides. */
final class MaskCheck {
  private MaskCheck() {}

  static void check(
      ModelSpec from, ModelSpec to, Map<String, TensorRule> rules, Map<String, MaskRule> masks) {
    Map<String, Parameter> targets = to.parametersByName();
    Map<String, Parameter> sources = from.parametersByName();
    masks.forEach(
        (name, mask) -> {
          Parameter target = targets.get(name);
          if (target == null) {
            throw new IllegalArgumentException(
                "there is a mask for '%s', which the next model does not have".formatted(name));
          }
          if (!target.dtype().isFloating() || target.elements() != mask.spec().elements()) {
            throw new IllegalArgumentException(
                "'%s' is %s %s and cannot have a mask of %s"
                    .formatted(name, target.dtype(), target.shape(), mask.spec()));
          }
          if (mask.isComputed()
              && !(rules.get(name) instanceof TensorRule.Copy copy
                  && copy.source() instanceof TensorSource.FromModel)) {
            throw new IllegalArgumentException(
                "'%s' gets a computed mask, so it must be a copy".formatted(name));
          }
          if (mask.rule() instanceof TensorRule.Compute compute) {
            compute.sources().forEach(source -> check(sources, name, source));
          } else if (mask.rule() instanceof TensorRule.Copy copy) {
            check(sources, name, copy.source());
            checkCopied(name, ((TensorSource.FromMask) copy.source()).parameter(), rules.get(name));
          }
        });
    rules.forEach(
        (name, rule) -> {
          if (takesMask(rule)) {
            throw new IllegalArgumentException(
                "'%s' is made of a mask, which only masks can be".formatted(name));
          }
        });
  }

  /** What a mask leaves out is zero only in the parameter that it belongs to. */
  private static void checkCopied(String name, String source, TensorRule rule) {
    if (!(rule instanceof TensorRule.Copy copy
        && copy.source().equals(TensorSource.model(source)))) {
      throw new IllegalArgumentException(
          "'%s' gets the mask of '%s', so it must be a copy of it".formatted(name, source));
    }
  }

  private static boolean takesMask(TensorRule rule) {
    if (rule instanceof TensorRule.Copy copy) {
      return copy.source() instanceof TensorSource.FromMask;
    } else if (rule instanceof TensorRule.Combine combine) {
      return combine.terms().stream().anyMatch(t -> t.source() instanceof TensorSource.FromMask);
    }
    return rule instanceof TensorRule.Compute compute
        && compute.sources().stream().anyMatch(s -> s instanceof TensorSource.FromMask);
  }

  private static void check(Map<String, Parameter> sources, String name, TensorSource source) {
    String parameter =
        source instanceof TensorSource.FromMask mask
            ? mask.parameter()
            : source instanceof TensorSource.FromModel model ? model.parameter() : null;
    if (parameter == null) {
      throw new IllegalArgumentException(
          "the mask of '%s' takes %s; only parameters and masks of the model can be taken"
              .formatted(name, source));
    }
    if (!sources.containsKey(parameter)) {
      throw new IllegalArgumentException(
          "the mask of '%s' is made of '%s', which the model does not have"
              .formatted(name, parameter));
    }
  }
}
