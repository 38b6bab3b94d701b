package org.espalier.api;

import java.util.List;
import java.util.Locale;

/** Tells people about the masks of a plan. */
final class MaskLines {
  private MaskLines() {}

  static List<String> of(GrowthPlan plan) {
    if (plan.masks().isEmpty()) {
      return List.of();
    }
    long computed = plan.masks().values().stream().filter(MaskRule::isComputed).count();
    long elements = 0;
    double kept = 0;
    for (MaskRule mask : plan.masks().values()) {
      elements += mask.spec().elements();
      kept += mask.spec().density() * (double) mask.spec().elements();
    }
    String blocks =
        plan.masks().values().stream()
            .map(m -> m.spec().block())
            .distinct()
            .sorted()
            .toList()
            .stream()
            .map(b -> b + " x " + b)
            .reduce((a, b) -> a + ", " + b)
            .orElseThrow();
    return List.of(
        String.format(
            Locale.ROOT,
            "%d tensors, %d computed, blocks of %s, %.2f %% of their elements in use",
            plan.masks().size(),
            computed,
            blocks,
            100 * kept / (double) elements));
  }
}
