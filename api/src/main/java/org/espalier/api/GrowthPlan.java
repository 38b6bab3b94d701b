package org.espalier.api;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import java.util.Collections;
import java.util.List;
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
 * @param masks for each parameter of {@code to} that has a mask, by name, how that is made
 * @param claims what is claimed of the next model
 * @param growths the operators that made the plan, in order; their parent is empty until the plan
 *     is carried out
 */
public record GrowthPlan(
    ModelSpec from,
    ModelSpec to,
    BlockMap blocks,
    Map<String, WidthPair> widths,
    Map<String, TensorRule> rules,
    Map<String, MaskRule> masks,
    Set<Claim> claims,
    List<Growth> growths) {

  /** Makes a plan without masks. */
  public GrowthPlan(
      ModelSpec from,
      ModelSpec to,
      BlockMap blocks,
      Map<String, WidthPair> widths,
      Map<String, TensorRule> rules,
      Set<Claim> claims,
      List<Growth> growths) {
    this(from, to, blocks, widths, rules, Map.of(), claims, growths);
  }

  /** Copies the collections and checks that each parameter has a rule that fits it. */
  public GrowthPlan {
    widths = ImmutableSortedMap.copyOf(widths);
    rules = ImmutableMap.copyOf(rules);
    masks = ImmutableMap.copyOf(masks);
    claims = ImmutableSortedSet.copyOf(claims);
    growths = List.copyOf(growths);
    if (blocks.oldBlocks() != from.blocks() || blocks.newBlocks() != to.blocks()) {
      throw new IllegalArgumentException(
          "the block map is from %d to %d blocks, the models have %d and %d"
              .formatted(blocks.oldBlocks(), blocks.newBlocks(), from.blocks(), to.blocks()));
    }
    widths.forEach((dimension, pair) -> RuleCheck.checkWidth(from, to, dimension, pair));
    RuleCheck.check(from, to, rules);
    rules = inOrder(to, rules);
    MaskCheck.check(from, to, rules, masks);
  }

  private static Map<String, TensorRule> inOrder(ModelSpec to, Map<String, TensorRule> rules) {
    ImmutableMap.Builder<String, TensorRule> ordered = ImmutableMap.builder();
    to.parameters().forEach(p -> ordered.put(p.name(), rules.get(p.name())));
    return ordered.buildOrThrow();
  }

  /** Starts a plan for {@code from}; what is not mentioned stays as it is. */
  public static GrowthPlanBuilder from(ModelSpec from) {
    return new GrowthPlanBuilder(from);
  }

  /** Returns this plan, made by {@code growth} alone. */
  GrowthPlan madeBy(Growth growth) {
    return new GrowthPlan(from, to, blocks, widths, rules, masks, claims, List.of(growth));
  }

  /**
   * Returns this plan for a model that has masks: if it says nothing of masks, each copy of a
   * parameter takes the parameter's mask along.
   *
   * @param modelMasks the masks of the model that grows, by parameter
   * @throws EspalierException if a parameter with a mask is used in another way, or some blocks
   *     would have a mask and others not, or this plan says something of some masks only
   */
  public GrowthPlan carrying(Map<String, MaskSpec> modelMasks) {
    if (modelMasks.isEmpty()) {
      return this;
    }
    if (!masks.isEmpty()) {
      CarriedMasks.requireAll(this, modelMasks);
      return this;
    }
    return new GrowthPlan(
        from, to, blocks, widths, rules, CarriedMasks.of(this, modelMasks), claims, growths);
  }

  /**
   * Returns how one of the optimizer's slots is made, by parameter of {@code to}, with sources that
   * name the parameters whose slots it reads. Parameters that have no slots are left out.
   *
   * <ul>
   *   <li>{@link SlotPolicy#RESET} fills all with zeros.
   *   <li>{@link SlotPolicy#COPY} repeats a copy or combination on the slots, with every axis
   *       contracted by M and only terms of the growing model; parameters that are filled,
   *       computed, taken from a reference or from a parameter that was not trainable, or combined
   *       with a negative factor, start with zeros.
   *   <li>{@link SlotPolicy#SCALED} contracts with the sides swapped, {@code OUT} axes by N and
   *       {@code IN} axes by M, the second moment by the squares of their elements; parameters with
   *       rules of their own start with zeros.
   * </ul>
   *
   * @throws EspalierException if the policy is not exact for this plan; the message names the
   *     condition that fails
   */
  public Map<String, TensorRule> slotRules(SlotPolicy policy, Moment moment) {
    return Collections.unmodifiableMap(new SlotRules(this).rules(policy, moment));
  }

  /**
   * Returns, by parameter of {@code to}, the parameter of {@code from} whose step count it
   * inherits; the step count of a parameter that is left out starts at 0.
   *
   * <p>A combination inherits from the term with the greatest factor.
   */
  public Map<String, String> stepSources(SlotPolicy policy) {
    return Collections.unmodifiableMap(new SlotRules(this).steps(policy));
  }

  /**
   * Returns the blocks of {@code to} that go on with no old block.
   *
   * <p>Of the blocks that an old block goes into, the one goes on with it of which the fewest
   * parameters are made of something else; of several such, the first.
   */
  public Set<Integer> newBlocks() {
    return NewBlocks.of(this);
  }

  /** Returns whether the maps satisfy {@code claim}, whether the plan makes it or not. */
  public ClaimCheck check(Claim claim) {
    return ClaimCheck.of(this, claim);
  }

  /** Returns this plan with a further claim. */
  public GrowthPlan claiming(Claim claim) {
    return new GrowthPlan(
        from,
        to,
        blocks,
        widths,
        rules,
        masks,
        ImmutableSet.<Claim>builder().addAll(claims).add(claim).build(),
        growths);
  }

  /**
   * Returns one plan for this one and then {@code next}.
   *
   * <p>Copies of copies are copies, combinations of combinations are combinations with their maps
   * multiplied, fills stay. Carrying it out gives what carrying out both gives, up to the rounding
   * of what would stand between. It claims what both claim; references of the same name are taken
   * for the same model.
   *
   * @throws EspalierException if {@code next} is not for the model that this plan makes, or takes
   *     apart what a kernel computes, or moves random numbers to another parameter
   */
  public GrowthPlan then(GrowthPlan next) {
    return PlanComposition.of(this, next);
  }

  /** Returns this growth plan as JSON; {@link #fromJson} makes an equal one of it. */
  public String toJson() {
    return JsonDocument.write(PlanJson.write(this));
  }

  /**
   * Returns the growth plan that {@link #toJson} wrote.
   *
   * @throws EspalierException if the text is not the JSON of a growth plan, of this version
   */
  public static GrowthPlan fromJson(String json) {
    return JsonDocument.read("a growth plan", json, PlanJson::read);
  }

  /** Returns a description for people, of several lines. */
  @Override
  public String toString() {
    return PlanPrinter.print(this);
  }
}
