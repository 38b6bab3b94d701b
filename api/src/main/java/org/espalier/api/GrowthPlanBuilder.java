package org.espalier.api;

import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;

/**
 * Makes a {@link GrowthPlan} from what changes: a block map, width pairs, and rules for the
 * exceptions.
 *
 * <p>Every parameter without a rule of its own follows the general linear rule. With the block map
 * B and, on each axis, M where the axis is {@code OUT} or neither side and N where it is {@code
 * IN}, block t gets
 *
 * <pre>  W'ₜ = Σₛ B[t, s] · (W_s contracted with its axes' maps)</pre>
 *
 * and a parameter outside the blocks is contracted alike. A sum of one unchanged tensor with the
 * factor 1 becomes a {@link TensorRule.Copy}, an empty one zeros. On an axis of several segments
 * each segment is mapped by itself; on a product of dimensions the maps are multiplied (Kronecker),
 * so whole heads stay together.
 *
 * <p>Not thread-safe.
 */
public final class GrowthPlanBuilder {
  private final ModelSpec from;
  private BlockMap blocks;
  private final Map<String, WidthPair> widths = new TreeMap<>();
  private final Map<String, TensorRule> rules = new LinkedHashMap<>();
  private OptionalDouble normEpsilon = OptionalDouble.empty();
  private final Set<Claim> claims = EnumSet.noneOf(Claim.class);

  GrowthPlanBuilder(ModelSpec from) {
    this.from = from;
    this.blocks = BlockMap.identity(from.blocks());
  }

  /**
   * Gives the next model {@code count} blocks, block {@code t} a copy of block {@code source(t)}.
   *
   * @throws IllegalArgumentException if there is no such block
   */
  public GrowthPlanBuilder blocks(int count, IntUnaryOperator source) {
    return blocks(BlockMap.of(from.blocks(), count, source));
  }

  /**
   * Gives the next model the blocks of {@code map}.
   *
   * @throws IllegalArgumentException if the map is for another number of blocks
   */
  public GrowthPlanBuilder blocks(BlockMap map) {
    if (map.oldBlocks() != from.blocks()) {
      throw new IllegalArgumentException(
          "the block map takes %d blocks, the model has %d"
              .formatted(map.oldBlocks(), from.blocks()));
    }
    if (map.newBlocks() < 1) {
      throw new IllegalArgumentException("the next model needs at least one block");
    }
    blocks = map;
    return this;
  }

  /**
   * Grows or shrinks a dimension.
   *
   * @throws EspalierException if the model has no such dimension
   * @throws IllegalArgumentException if the pair is for another size
   */
  public GrowthPlanBuilder width(String dimension, WidthPair pair) {
    int size = from.dimension(dimension);
    if (pair.copies().oldSize() != size) {
      throw new IllegalArgumentException(
          "the maps of '%s' take %d elements, the model has %d"
              .formatted(dimension, pair.copies().oldSize(), size));
    }
    widths.put(dimension, pair);
    return this;
  }

  /**
   * Makes one parameter of the next model by its own rule.
   *
   * @param name of the parameter in the next model
   */
  public GrowthPlanBuilder rule(String name, TensorRule rule) {
    rules.put(name, rule);
    return this;
  }

  /** Gives the norms of the next model another ε. */
  public GrowthPlanBuilder normEpsilon(double epsilon) {
    normEpsilon = OptionalDouble.of(epsilon);
    return this;
  }

  /** Claims something of the next model. */
  public GrowthPlanBuilder claim(Claim... claimed) {
    claims.addAll(List.of(claimed));
    return this;
  }

  /**
   * Returns the plan.
   *
   * @throws IllegalArgumentException if a rule is for a parameter that the next model does not
   *     have, or does not fit it
   */
  public GrowthPlan build() {
    ModelSpec to = next();
    LinearRules linear = new LinearRules(from, blocks, widths);
    Map<String, TensorRule> all = new LinkedHashMap<>();
    for (Parameter target : to.parameters()) {
      TensorRule own = rules.get(target.name());
      all.put(target.name(), own != null ? own : linear.of(target));
    }
    for (String name : rules.keySet()) {
      if (!all.containsKey(name)) {
        throw new IllegalArgumentException(
            "there is a rule for '%s', which the next model does not have%s"
                .formatted(name, Suggestion.sentence(name, all.keySet())));
      }
    }
    return new GrowthPlan(from, to, blocks, widths, all, claims, List.of());
  }

  private ModelSpec next() {
    ModelSpec to = from;
    if (blocks.newBlocks() != from.blocks()) {
      to = to.withBlocks(blocks.newBlocks());
    }
    if (!widths.isEmpty()) {
      Map<String, Integer> sizes = new TreeMap<>();
      widths.forEach((dimension, pair) -> sizes.put(dimension, pair.copies().newSize()));
      to = to.withDimensions(sizes);
    }
    return normEpsilon.isPresent()
        ? to.withAttributes(to.attributes().withNormEpsilon(normEpsilon.getAsDouble()))
        : to;
  }
}
