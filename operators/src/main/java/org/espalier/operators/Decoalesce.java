package org.espalier.operators;

import com.google.auto.service.AutoService;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.AxisMap;
import org.espalier.api.BlockMap;
import org.espalier.api.Claim;
import org.espalier.api.Condition;
import org.espalier.api.Default;
import org.espalier.api.EspalierException;
import org.espalier.api.Growth;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthPlanBuilder;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Spi;
import org.espalier.api.WidthPair;

/**
 * Spreads a coalesced model over the groups that it was merged from.
 *
 * <p>With g(p) the group of p, M copies and N shares equally:
 *
 * <pre>  W'[p, q] = W[g(p), g(q)] / |g(q)|      block t is a copy of the block of its group</pre>
 *
 * The norm before a tied head shares, so the logits stay on pre-norm and post-norm models alike. In
 * width alone the function is preserved if all groups of the residual stream have the same size;
 * groups of heads and feed-forward units may be of any sizes. In depth it is not.
 *
 * <p>Source: Zou et al., "A Multi-Level Framework for Accelerating Training Transformer Models",
 * ICLR 2024, arXiv 2404.07999.
 */
@AutoService(GrowthOperator.class)
@SuppressWarnings("rawtypes") // A service is registered by its raw class.
@Operator(
    id = "decoalesce",
    spi = Spi.VERSION,
    claims = Claim.FUNCTION_PRESERVING,
    summary = "Spread a coalesced model over the groups it was merged from")
public final class Decoalesce implements GrowthOperator<Decoalesce.Options> {
  private static final String LINEAGE = "lineage";

  /**
   * The groups to spread over; each is {@code lineage} for those of the {@code coalesce} that this
   * one takes back, or is written as there, in elements of the larger model. Where the lineage
   * holds none and another option is given, {@code lineage} changes nothing.
   *
   * @param heads groups of attention heads
   * @param ffn groups of feed-forward units
   * @param residual groups of elements of the residual stream
   * @param blocks groups of blocks
   */
  public record Options(
      @Default(LINEAGE) String heads,
      @Default(LINEAGE) String ffn,
      @Default(LINEAGE) String residual,
      @Default(LINEAGE) String blocks) {
    /** Checks that each says groups, or where they stand. */
    public Options {
      check("heads", heads);
      check("ffn", ffn);
      check("residual", residual);
      check("blocks", blocks);
    }

    private static void check(String option, String text) {
      if (!text.strip().equals(LINEAGE)) {
        Groups.parse(option, text);
      }
    }

    /** Returns the options that take back the last {@code coalesce}. */
    public static Options fromLineage() {
      return new Options(LINEAGE, LINEAGE, LINEAGE, LINEAGE);
    }

    private Map<String, String> texts() {
      Map<String, String> texts = new LinkedHashMap<>();
      texts.put("heads", heads.strip());
      texts.put("ffn", ffn.strip());
      texts.put("residual", residual.strip());
      texts.put("blocks", blocks.strip());
      return texts;
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    Map<String, String> texts = request.options().texts();
    Optional<Growth> merged =
        texts.containsValue(LINEAGE) ? Undone.lastCoalesce(request.lineage()) : Optional.empty();
    if (merged.isEmpty() && texts.values().stream().allMatch(LINEAGE::equals)) {
      throw new EspalierException(
          "the model's lineage holds no coalesce to take back; give the groups, such as"
              + " heads=halves ffn=halves residual=halves blocks=adjacent");
    }
    GrowthPlanBuilder plan = GrowthPlan.from(model);
    boolean any = false;
    for (String dimension : Widths.NAMES) {
      Optional<AxisMap> copies =
          texts.get(dimension).equals(LINEAGE)
              ? merged.flatMap(growth -> Undone.width(growth, dimension))
              : given(dimension, texts.get(dimension), model);
      if (copies.isPresent()) {
        Undone.checkSize(dimension, copies.get(), Widths.size(model, dimension));
        plan.width(dimension, WidthPair.of(copies.get()));
        any = true;
      }
    }
    Optional<AxisMap> blocks =
        texts.get("blocks").equals(LINEAGE)
            ? merged.flatMap(Undone::blocks)
            : given("blocks", texts.get("blocks"), model);
    if (blocks.isPresent()) {
      Undone.checkSize("blocks", blocks.get(), model.blocks());
      plan.blocks(new BlockMap(blocks.get()));
      any = true;
    }
    if (!any) {
      throw new EspalierException(
          "heads, ffn, residual and blocks are all kept, so nothing would be spread");
    }
    return claimed(plan.build());
  }

  private static Optional<AxisMap> given(String option, String text, ModelSpec model) {
    Groups groups = Groups.parse(option, text);
    if (groups.keeps()) {
      return Optional.empty();
    }
    int coarse = option.equals("blocks") ? model.blocks() : Widths.size(model, option);
    return Optional.of(Widths.copies(groups.over(option, coarse)));
  }

  /** Claims what the maps prove, and nothing in doubt. */
  private static GrowthPlan claimed(GrowthPlan plan) {
    boolean proven = plan.check(Claim.FUNCTION_PRESERVING).outcome() == Condition.Outcome.HOLDS;
    return proven ? plan.claiming(Claim.FUNCTION_PRESERVING) : plan;
  }
}
