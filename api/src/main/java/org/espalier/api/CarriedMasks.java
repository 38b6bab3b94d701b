package org.espalier.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The masks of a model that grows by an operator that knows nothing of masks. */
final class CarriedMasks {
  private CarriedMasks() {}

  static Map<String, MaskRule> of(GrowthPlan plan, Map<String, MaskSpec> masks) {
    Map<String, Parameter> sources = plan.from().parametersByName();
    Set<String> patterns =
        masks.keySet().stream()
            .filter(sources::containsKey)
            .map(name -> sources.get(name).pattern())
            .collect(Collectors.toSet());
    Map<String, MaskRule> carried = new LinkedHashMap<>();
    for (Parameter target : plan.to().parameters()) {
      TensorRule rule = plan.rules().get(target.name());
      String source =
          rule instanceof TensorRule.Copy copy
                  && copy.source() instanceof TensorSource.FromModel model
              ? model.parameter()
              : null;
      if (source != null && masks.containsKey(source)) {
        carried.put(target.name(), MaskRule.copy(source, masks.get(source)));
      } else if (patterns.contains(target.pattern()) || takesMasked(rule, masks)) {
        throw new EspalierException(
            ("the model is sparse, and '%s' of the next model is no plain copy of a parameter with"
                    + " a mask; only growth that copies can take masks along. To grow it as a dense"
                    + " model that holds zeros, remove its masks file in assets.extra/espalier")
                .formatted(target.name()));
      }
    }
    return carried;
  }

  /** Refuses a plan that rules on some masks and forgets others. */
  static void requireAll(GrowthPlan plan, Map<String, MaskSpec> masks) {
    plan.rules()
        .forEach(
            (name, rule) -> {
              if (!plan.masks().containsKey(name)
                  && (takesMasked(rule, masks)
                      || (rule instanceof TensorRule.Copy copy
                          && isMasked(copy.source(), masks)))) {
                throw new EspalierException(
                    ("the model is sparse, and the plan says what becomes of %d masks but not of"
                            + " that of '%s', which is made of a parameter with a mask")
                        .formatted(plan.masks().size(), name));
              }
            });
  }

  private static boolean takesMasked(TensorRule rule, Map<String, MaskSpec> masks) {
    if (rule instanceof TensorRule.Combine combine) {
      return combine.terms().stream().anyMatch(term -> isMasked(term.source(), masks));
    }
    return rule instanceof TensorRule.Compute compute
        && compute.sources().stream().anyMatch(source -> isMasked(source, masks));
  }

  private static boolean isMasked(TensorSource source, Map<String, MaskSpec> masks) {
    return source instanceof TensorSource.FromModel model && masks.containsKey(model.parameter());
  }
}
