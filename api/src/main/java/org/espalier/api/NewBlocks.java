package org.espalier.api;

import com.google.common.collect.ImmutableSortedSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Which blocks a growth adds.
 *
 * <p>Of the blocks that an old block goes into, one goes on with it: the one of which the fewest
 * parameters are made of something else, and of several such the first. A block that goes on with
 * none is new.
 */
final class NewBlocks {
  private NewBlocks() {}

  /** Returns those of a block map of which nothing else is known. */
  static Set<Integer> of(BlockMap map) {
    return of(map, block -> 0);
  }

  /** Returns those of a plan. */
  static Set<Integer> of(GrowthPlan plan) {
    long[] foreign =
        IntStream.range(0, plan.to().blocks()).mapToLong(t -> foreign(plan, t)).toArray();
    return of(plan.blocks(), t -> foreign[t]);
  }

  private static Set<Integer> of(BlockMap map, IntToLongFunction foreign) {
    if (map.map().isIdentity()) {
      // One that was read may be of any size.
      return Set.of();
    }
    Map<Integer, Integer> successors = new HashMap<>();
    for (int t = 0; t < map.newBlocks(); t++) {
      for (AxisMap.Entry source : map.sources(t)) {
        Integer before = successors.get(source.index());
        if (before == null || foreign.applyAsLong(t) < foreign.applyAsLong(before)) {
          successors.put(source.index(), t);
        }
      }
    }
    Set<Integer> old = Set.copyOf(successors.values());
    return IntStream.range(0, map.newBlocks())
        .filter(t -> !old.contains(t))
        .boxed()
        .collect(ImmutableSortedSet.toImmutableSortedSet(Integer::compare));
  }

  /** How many parameters of a block are made of no parameter of the model. */
  private static long foreign(GrowthPlan plan, int block) {
    return plan.to().parametersOf(block).stream()
        .filter(parameter -> !isMadeOfModel(plan.rules().get(parameter.name())))
        .count();
  }

  private static boolean isMadeOfModel(TensorRule rule) {
    if (rule instanceof TensorRule.Copy copy) {
      return copy.source() instanceof TensorSource.FromModel;
    } else if (rule instanceof TensorRule.Combine combine) {
      return combine.terms().stream()
          .anyMatch(term -> term.source() instanceof TensorSource.FromModel);
    }
    return rule instanceof TensorRule.Compute compute
        && compute.sources().stream().anyMatch(TensorSource.FromModel.class::isInstance);
  }
}
