package org.espalier.api;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.Map;
import java.util.Set;

/**
 * What the next model is made of: data that can be printed, checked, composed and stored.
 *
 * <p>Immutable.
 *
 * @param from the model before
 * @param to the model after
 * @param blocks which old blocks each new block is made of
 * @param widths how each grown dimension is made, by name
 * @param rules for each parameter of {@code to}, by name and in its order, how it is made
 * @param claims what is claimed of the next model
 */
public record GrowthPlan(
    ModelSpec from,
    ModelSpec to,
    BlockMap blocks,
    Map<String, WidthPair> widths,
    Map<String, TensorRule> rules,
    Set<Claim> claims) {

  /** Copies the collections and checks that each parameter has a rule that fits it. */
  public GrowthPlan {
    widths = ImmutableSortedMap.copyOf(widths);
    rules = ImmutableMap.copyOf(rules);
    claims = ImmutableSortedSet.copyOf(claims);
    if (blocks.oldBlocks() != from.blocks() || blocks.newBlocks() != to.blocks()) {
      throw new IllegalArgumentException(
          "the block map is from %d to %d blocks, the models have %d and %d"
              .formatted(blocks.oldBlocks(), blocks.newBlocks(), from.blocks(), to.blocks()));
    }
    widths.forEach((dimension, pair) -> RuleCheck.checkWidth(from, to, dimension, pair));
    RuleCheck.check(from, to, rules);
  }

  /** Starts a plan for {@code from}; what is not mentioned stays as it is. */
  public static GrowthPlanBuilder from(ModelSpec from) {
    return new GrowthPlanBuilder(from);
  }
}
