package org.espalier.api;

import java.util.List;
import java.util.Optional;

/**
 * How the scale and offset of a norm must be made for its output to follow the copies, where the
 * variance it sees is scaled: γ' = √s·γ and β' = β on copies; before a tied head both shared by N.
 *
 * @param pair how the norm's dimension grows
 * @param scale √s
 * @param beforeTied whether the norm stands before a tied head
 */
record NormRule(WidthPair pair, double scale, boolean beforeTied) {
  private static final double ROUNDING = 1e-6;

  static boolean isNorm(Parameter parameter) {
    return parameter.axes().size() == 1
        && (parameter.role().endsWith(".norm.scale") || parameter.role().endsWith(".norm.offset"));
  }

  /** Returns the role above the scale and offset of the norm before the head. */
  static String lastNorm(ModelSpec spec) {
    return spec.parameters().stream().anyMatch(p -> p.role().equals(Roles.HEAD_NORM_SCALE))
        ? "head.norm"
        : "final.norm";
  }

  Condition check(String name, GrowthPlan plan, Parameter parameter) {
    Optional<AxisMap> found = mapOf(plan, parameter);
    if (found.isEmpty() || found.get().oldSize() != pair.copies().oldSize()) {
      return Condition.undecided(
          name, "'%s' is not one norm's, mapped".formatted(parameter.name()));
    }
    boolean isScale = parameter.role().endsWith(".scale");
    AxisMap map = found.get();
    if (copies(map, isScale)) {
      return Condition.holds(name, "");
    }
    for (int i = 0; i < map.newSize(); i++) {
      if (!fits(i, map.row(i), isScale)) {
        String what =
            "element %d of '%s' is made wrongly for %s"
                .formatted(
                    i,
                    parameter.name(),
                    beforeTied
                        ? "a norm before a tied head, which must share"
                        : "a norm, which must copy");
        return plan.from().attributes().norm() == ModelAttributes.NormPlacement.UNKNOWN
            ? Condition.undecided(name, what)
            : Condition.fails(name, what);
      }
    }
    return Condition.holds(name, "");
  }

  /** The common case, which needs no look at each element: all blocks share one map. */
  private boolean copies(AxisMap map, boolean isScale) {
    return !beforeTied
        && (scale == 1 || !isScale)
        && map.oldSize() > 1
        && map.isSelection()
        && map.equals(pair.copies());
  }

  private boolean fits(int i, List<AxisMap.Entry> found, boolean isScale) {
    List<AxisMap.Entry> copied = pair.copies().row(i);
    List<AxisMap.Entry> shared = pair.shares().row(i);
    if (NormStatistics.isMeanOfAll(copied, pair.copies().oldSize())) {
      // The normed value is 0 here, so γ is free and β must not reach anything.
      return isScale || found.isEmpty() || (shared.isEmpty() && !beforeTied);
    }
    double factor = isScale ? scale : 1;
    List<AxisMap.Entry> wanted =
        (beforeTied ? shared : copied)
            .stream().map(e -> new AxisMap.Entry(e.index(), e.weight() * factor)).toList();
    return AxisMaps.distance(found, wanted) <= ROUNDING;
  }

  /** Returns the one map by which a parameter is made of a norm of the same kind. */
  private static Optional<AxisMap> mapOf(GrowthPlan plan, Parameter parameter) {
    Optional<List<TensorRule.Term>> terms = LinearRules.termsOf(plan.rules().get(parameter.name()));
    if (terms.isEmpty()
        || terms.get().size() != 1
        || !(terms.get().get(0).source() instanceof TensorSource.FromModel model)) {
      return Optional.empty();
    }
    boolean sameKind =
        plan.from()
            .parameter(model.parameter())
            .filter(source -> source.pattern().equals(parameter.pattern()))
            .isPresent();
    if (!sameKind) {
      return Optional.empty();
    }
    TensorRule.Term term = terms.get().get(0);
    AxisMap map =
        term.maps().isEmpty()
            ? AxisMap.identity(Math.toIntExact(parameter.elements()))
            : term.maps().get(0);
    return Optional.of(AxisMaps.scaled(map, term.coefficient()));
  }
}
