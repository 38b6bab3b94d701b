package org.espalier.tf.train;

import java.util.List;
import java.util.stream.IntStream;
import org.espalier.api.AxisMap;
import org.espalier.api.GrowthPlan;
import org.espalier.api.Parameter;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.tf.report.GrowthSources;

/** Counts what a plan makes the next model of. */
final class PlanSources {
  private long copied;
  private long combined;
  private long filled;
  private long computed;

  private PlanSources() {}

  static GrowthSources of(GrowthPlan plan) {
    PlanSources sources = new PlanSources();
    for (Parameter parameter : plan.to().parameters()) {
      sources.add(parameter.elements(), plan.rules().get(parameter.name()));
    }
    return new GrowthSources(
        plan.newBlocks().size(),
        plan.blocks().connectionRate(),
        sources.copied,
        sources.combined,
        sources.filled,
        sources.computed);
  }

  private void add(long elements, TensorRule rule) {
    if (rule instanceof TensorRule.Copy) {
      copied += elements;
    } else if (rule instanceof TensorRule.Combine combine) {
      // Of several terms the one that reaches most: in sums of models all reach the same.
      long reached =
          combine.terms().stream().mapToLong(term -> reached(term, elements)).max().orElse(0);
      combined += reached;
      filled += elements - reached;
    } else if (rule instanceof TensorRule.Compute) {
      computed += elements;
    } else {
      filled += elements;
    }
  }

  /** How many elements an old element goes into. */
  private static long reached(TensorRule.Term term, long elements) {
    if (term.coefficient() == 0 || term.source() instanceof TensorSource.Random) {
      return 0;
    }
    List<AxisMap> maps = term.maps();
    return maps.isEmpty()
        ? elements
        : maps.stream().mapToLong(PlanSources::rows).reduce(1, Math::multiplyExact);
  }

  private static long rows(AxisMap map) {
    return map.isIdentity()
        ? map.newSize()
        : IntStream.range(0, map.newSize()).filter(i -> !map.row(i).isEmpty()).count();
  }
}
