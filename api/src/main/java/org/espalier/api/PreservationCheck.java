package org.espalier.api;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * When a plan preserves the function: the conditions of {@link Claim#FUNCTION_PRESERVING}.
 *
 * <p>Weights by M and N: NᵀM = I keeps the linear parts. Elements that pass an activation, and
 * heads, must be copied whole. Norms must see the same statistics, or another ε (LEMON, arXiv
 * 2310.07999). The norm before a tied head must share. Blocks must be the old ones in their order,
 * others the identity. Sources: Chen et al. (Net2Net, arXiv 1511.05641; bert2BERT, 2110.07143) and
 * HyperCloning; each was checked numerically.
 */
final class PreservationCheck {
  private final GrowthPlan plan;
  private final LinearRules linear;

  PreservationCheck(GrowthPlan plan) {
    this.plan = plan;
    this.linear = LinearRules.of(plan);
  }

  List<Condition> conditions() {
    BlockCondition blocks = new BlockCondition(plan);
    List<Condition> conditions = new ArrayList<>();
    inputsAndOutputs(plan).ifPresent(conditions::add);
    Set<String> decided = new HashSet<>();
    conditions.addAll(new WidthConditions(plan, blocks.identityBlocks(), linear).all(decided));
    conditions.addAll(new NormConditions(plan, blocks.identityBlocks()).all(decided));
    conditions.add(blocks.check());
    conditions.add(ownRules(decided, blocks.identityBlocks()));
    masks().ifPresent(conditions::add);
    return conditions;
  }

  /** A copied mask leaves out what is zero already; a computed one makes zeros. */
  private Optional<Condition> masks() {
    long computed = plan.masks().values().stream().filter(MaskRule::isComputed).count();
    return computed == 0
        ? Optional.empty()
        : Optional.of(
            Condition.undecided(
                "masks",
                "%d computed, and what they leave out becomes zero; --verify decides it"
                    .formatted(computed)));
  }

  /** Rows of tables and classes are not shared among copies. */
  static Optional<Condition> inputsAndOutputs(GrowthPlan plan) {
    Set<String> indexed = new TreeSet<>();
    for (Parameter parameter : plan.from().parameters()) {
      for (Axis axis : parameter.axes()) {
        if (axis.side() == Axis.Side.NEITHER) {
          axis.segments().forEach(segment -> indexed.addAll(segment.dimensions()));
        }
      }
    }
    indexed.addAll(Set.of("vocabulary", "classes"));
    indexed.retainAll(plan.widths().keySet());
    indexed.removeIf(dimension -> plan.widths().get(dimension).copies().isIdentity());
    return indexed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            Condition.fails(
                "inputs and outputs", "the rows of tables or classes change: " + indexed));
  }

  /** What is made by a rule of its own may hold anything. */
  private Condition ownRules(Set<String> decided, Set<Integer> identityBlocks) {
    String name = "the linear rule for every parameter";
    List<String> own =
        plan.to().parameters().stream()
            .filter(p -> !identityBlocks.contains(p.block()) && !decided.contains(p.name()))
            .filter(p -> !linear.isLinear(p, plan.rules().get(p.name())))
            .map(Parameter::name)
            .toList();
    return own.isEmpty()
        ? Condition.holds(name, "no parameter that counts has a rule of its own")
        : Condition.undecided(
            name,
            "%d %s of %s own, such as '%s'; the maps do not decide it, --verify does"
                .formatted(
                    own.size(),
                    own.size() == 1 ? "parameter has a rule" : "parameters have rules",
                    own.size() == 1 ? "its" : "their",
                    own.get(0)));
  }
}
