package org.espalier.operators;

import com.google.auto.service.AutoService;
import java.util.List;
import org.espalier.api.AxisMap;
import org.espalier.api.BlockMap;
import org.espalier.api.Default;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthPlanBuilder;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Spi;
import org.espalier.api.WidthPair;

/**
 * Makes a smaller model of a larger one: heads, feed-forward units, residual elements and blocks
 * are merged in groups.
 *
 * <p>With the groups g of a dimension, M[i, p] = 1/|gᵢ| for p in gᵢ and N = rownorm(Mᵀ)ᵀ, so that a
 * weight between two grouped dimensions becomes
 *
 * <pre>  W'[o, i] = 1/|g_o| · Σ_{p∈g_o} Σ_{q∈g_i} W[p, q]</pre>
 *
 * the mean over what it makes, the sum over what it takes. Heads keep their size. A block becomes
 * the mean of its group. {@link Decoalesce} takes it back: it spreads what this one merges, with
 * the same groups.
 *
 * <p>Source: Zou et al., "A Multi-Level Framework for Accelerating Training Transformer Models",
 * ICLR 2024, arXiv 2404.07999. Its code scales embeddings by 2 instead of sharing in the norm
 * before a tied head, which holds for groups of two alone.
 */
@AutoService(GrowthOperator.class)
@SuppressWarnings("rawtypes") // A service is registered by its raw class.
@Operator(
    id = "coalesce",
    spi = Spi.VERSION,
    summary = "Merge groups of heads, units, residual elements and blocks into a smaller model")
public final class Coalesce implements GrowthOperator<Coalesce.Options> {

  /**
   * What is merged with what; each is written as {@code keep}, {@code adjacent}, {@code
   * adjacent:K}, {@code halves}, {@code halves:K} or {@code [[0,1],[2,3,4]]}.
   *
   * @param heads groups of attention heads
   * @param ffn groups of feed-forward units
   * @param residual groups of elements of the residual stream
   * @param blocks groups of blocks
   */
  public record Options(
      @Default("halves") String heads,
      @Default("halves") String ffn,
      @Default("halves") String residual,
      @Default("adjacent") String blocks) {
    /** Checks that each says groups. */
    public Options {
      Groups.parse("heads", heads);
      Groups.parse("ffn", ffn);
      Groups.parse("residual", residual);
      Groups.parse("blocks", blocks);
    }

    /** Returns the options that merge width and depth by two. */
    public static Options byTwo() {
      return new Options("halves", "halves", "halves", "adjacent");
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    Options options = request.options();
    GrowthPlanBuilder plan = GrowthPlan.from(model);
    boolean any = merge(plan, model, "heads", options.heads());
    any |= merge(plan, model, "ffn", options.ffn());
    any |= merge(plan, model, "residual", options.residual());
    Groups blocks = Groups.parse("blocks", options.blocks());
    if (!blocks.keeps()) {
      List<List<Integer>> groups = blocks.of("blocks", model.blocks());
      plan.blocks(new BlockMap(AxisMap.groupMean(model.blocks(), groups)));
      any = true;
    }
    if (!any) {
      throw new EspalierException(
          "heads, ffn, residual and blocks are all 'keep', so nothing would be merged");
    }
    return plan.build();
  }

  private static boolean merge(
      GrowthPlanBuilder plan, ModelSpec model, String dimension, String text) {
    Groups groups = Groups.parse(dimension, text);
    if (groups.keeps()) {
      return false;
    }
    int size = Widths.size(model, dimension);
    plan.width(dimension, WidthPair.of(AxisMap.groupMean(size, groups.of(dimension, size))));
    return true;
  }
}
