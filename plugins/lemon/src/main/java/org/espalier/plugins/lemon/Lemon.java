package org.espalier.plugins.lemon;

import com.google.auto.service.AutoService;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.espalier.api.Claim;
import org.espalier.api.Default;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthPlanBuilder;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelAttributes.NormPlacement;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Roles;
import org.espalier.api.Spi;

/**
 * Expands a pre-norm model without changing what it computes: to any width, and to up to twice the
 * blocks.
 *
 * <p>The residual stream of D' = k·D + r elements holds k copies of the old one and its mean r
 * times. So norms see the old mean and s = k·D/D' times the old variance, which ε' = s·ε and γ' =
 * √s·γ undo; where the stream is its mean, a norm gives its offset alone, which is 0, and what
 * reads it there is free. Heads and feed-forward units are copied in turn, each any number of
 * times. A new block is a copy of the block above whose two projections back to the stream are 0,
 * kernel and bias, so that it adds nothing.
 *
 * <p>After post-norm blocks the stream is a norm's output, in which the mean cannot stand; such
 * models are refused.
 *
 * <p>Source: Wang et al., "LEMON: Lossless model expansion", arXiv 2310.07999.
 */
@AutoService(GrowthOperator.class)
@SuppressWarnings("rawtypes") // A service is registered by its raw class.
@Operator(
    id = "espalier:lemon",
    spi = Spi.VERSION,
    summary = "Expand a pre-norm model exactly, to any width and twice the blocks (LEMON)",
    claims = Claim.FUNCTION_PRESERVING)
public final class Lemon implements GrowthOperator<Lemon.Options> {

  /** What reads the mean elements of the stream, where a norm gives 0. */
  public enum Pad {
    /** The weights of other elements in turn, so that training starts from something. */
    COPIES,
    /** Zeros. */
    ZEROS
  }

  /**
   * The sizes after: at least one.
   *
   * @param residual width of the residual stream
   * @param heads attention heads of a block
   * @param ffn width of the feed-forward layers
   * @param blocks number of blocks, at most twice the old one
   * @param pad what reads the mean elements of the stream
   */
  public record Options(
      OptionalInt residual,
      OptionalInt heads,
      OptionalInt ffn,
      OptionalInt blocks,
      @Default("copies") Pad pad) {
    // Far beyond any model; a slip of the keyboard should not fill the memory.
    private static final int LARGEST = 1 << 20;

    /** Checks that a size is given and that sizes are positive. */
    public Options {
      Map<String, OptionalInt> sizes = new LinkedHashMap<>();
      sizes.put("residual", residual);
      sizes.put("heads", heads);
      sizes.put("ffn", ffn);
      sizes.put("blocks", blocks);
      if (sizes.values().stream().allMatch(OptionalInt::isEmpty)) {
        throw new IllegalArgumentException("give a size for residual, heads, ffn or blocks");
      }
      sizes.forEach(
          (name, size) -> {
            if (size.isPresent() && (size.getAsInt() < 1 || size.getAsInt() > LARGEST)) {
              throw new IllegalArgumentException(
                  "%s is %d, must be from 1 to %d".formatted(name, size.getAsInt(), LARGEST));
            }
          });
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    Options options = request.options();
    checkPreNorm(model);
    GrowthPlanBuilder plan = GrowthPlan.from(model).claim(Claim.FUNCTION_PRESERVING);
    Depth depth = Depth.of(model, options.blocks());
    if (depth.grows()) {
      plan.blocks(depth.map());
    }
    Expansion expansion = new Expansion(model, depth, options);
    expansion.widths().forEach(plan::width);
    plan.normEpsilon(expansion.varianceFactor() * model.attributes().normEpsilon().orElseThrow());
    expansion.rules().forEach(plan::rule);
    depth.silenced(model).forEach(plan::rule);
    return plan.build();
  }

  private static void checkPreNorm(ModelSpec model) {
    if (model.attributes().norm() != NormPlacement.PRE) {
      throw new EspalierException(
          "LEMON is exact where norms stand before attention and feed-forward; those of this model"
              + " stand "
              + (model.attributes().norm() == NormPlacement.POST
                  ? "after them"
                  : "where it is not known"));
    }
    if (model.attributes().normEpsilon().isEmpty()) {
      throw new EspalierException("LEMON changes the norms' epsilon, which this model hides");
    }
    boolean normedEmbedding =
        model.parameters().stream().anyMatch(p -> p.role().equals(Roles.EMBEDDING_NORM_SCALE));
    if (normedEmbedding) {
      throw new EspalierException(
          "LEMON keeps means in the stream, which the norm after this model's embeddings forbids");
    }
  }
}
