package org.espalier.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.api.ModelAttributes.NormPlacement;

/**
 * Whether the next model's blocks compute what the old ones did: each old block once, in order, and
 * between them only blocks that add nothing.
 *
 * <p>A block adds nothing if its projections back to the residual stream are zero, kernels and
 * biases. On pre-norm models it is then the identity; on post-norm models it still norms.
 */
final class BlockCondition {
  private static final String NAME = "blocks";
  private static final List<String> OUTPUTS = List.of("attention.output", "ffn.output");

  private final GrowthPlan plan;
  private final NormPlacement norm;
  private final Set<Integer> addingNothing = new TreeSet<>();
  private final boolean outputsKnown;

  BlockCondition(GrowthPlan plan) {
    this.plan = plan;
    this.norm = plan.to().attributes().norm();
    Map<Integer, List<Parameter>> outputs = new HashMap<>();
    for (Parameter parameter : plan.to().parameters()) {
      if (parameter.inBlocks()
          && OUTPUTS.stream().anyMatch(role -> Roles.matches(parameter.role(), role))) {
        outputs.computeIfAbsent(parameter.block(), block -> new ArrayList<>()).add(parameter);
      }
    }
    outputsKnown =
        OUTPUTS.stream()
            .allMatch(
                role ->
                    outputs.getOrDefault(0, List.of()).stream()
                        .anyMatch(p -> Roles.matches(p.role(), role)));
    if (outputsKnown) {
      outputs.forEach(
          (block, parameters) -> {
            if (parameters.stream().allMatch(this::isZero)) {
              addingNothing.add(block);
            }
          });
    }
  }

  private boolean isZero(Parameter parameter) {
    return LinearRules.termsOf(plan.rules().get(parameter.name()))
        .filter(List::isEmpty)
        .isPresent();
  }

  /** Returns the blocks that are the identity, whatever else they hold. */
  Set<Integer> identityBlocks() {
    return norm == NormPlacement.PRE ? addingNothing : Set.of();
  }

  Condition check() {
    if (!addingNothing.isEmpty() && norm != NormPlacement.PRE) {
      String what =
          "block %d adds nothing, which is the identity on pre-norm models only"
              .formatted(addingNothing.iterator().next());
      return norm == NormPlacement.POST
          ? Condition.fails(NAME, what + "; this one is post-norm")
          : Condition.undecided(NAME, what + "; where this one's norms stand is not known");
    }
    Optional<String> wrong = firstWrong();
    if (wrong.isEmpty()) {
      return Condition.holds(
          NAME,
          addingNothing.isEmpty()
              ? "each stays what it is"
              : "the old ones stay in order; %d new ones add nothing"
                  .formatted(addingNothing.size()));
    }
    return outputsKnown || plan.blocks().newBlocks() < plan.blocks().oldBlocks()
        ? Condition.fails(NAME, wrong.get())
        : Condition.undecided(
            NAME, wrong.get() + ", and its output projections are not known by their roles");
  }

  private Optional<String> firstWrong() {
    int expected = 0;
    for (int t = 0; t < plan.blocks().newBlocks(); t++) {
      if (addingNothing.contains(t)) {
        continue;
      }
      List<AxisMap.Entry> sources = plan.blocks().sources(t);
      if (sources.size() != 1 || sources.get(0).weight() != 1) {
        return Optional.of(
            "block %d is not one old block but a sum of %d".formatted(t, sources.size()));
      }
      int source = sources.get(0).index();
      if (source != expected) {
        return Optional.of(
            source < expected
                ? "block %d is block %d again and adds to the stream a second time"
                    .formatted(t, source)
                : "block %d is left out".formatted(expected));
      }
      expected++;
    }
    return expected == plan.blocks().oldBlocks()
        ? Optional.empty()
        : Optional.of("block %d is left out".formatted(expected));
  }
}
