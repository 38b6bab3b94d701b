package org.espalier.plugins.net2net;

import com.google.auto.service.AutoService;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.espalier.api.Claim;
import org.espalier.api.Condition.Outcome;
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
 * Widens a model with copies of its units: Net2Wider over a transformer's dimensions.
 *
 * <p>With a map g from the n' new units of a dimension to its n old ones, which keeps the first n
 * in place, and the copy counts c(j) = |g⁻¹(j)|,
 *
 * <pre>  W'[p, q] = W[g(p), g(q)] / c(g(q))      out units copied, in units shared</pre>
 *
 * <p>One g serves each dimension in all blocks, heads are copied whole, and the norm before a tied
 * head is shared. So the next model computes the same if all units of the residual stream are
 * copied equally often; otherwise norms see another mean and variance, and nothing is claimed:
 * {@link GrowthPlan#check} decides. With {@link Method#AKI} new units come from the block above
 * instead, which preserves nothing and lets the copies differ.
 *
 * <p>Sources: Chen, Goodfellow and Shlens, "Net2Net", arXiv 1511.05641; Chen et al., "bert2BERT",
 * arXiv 2110.07143, for FPI and AKI.
 */
@AutoService(GrowthOperator.class)
@SuppressWarnings("rawtypes") // A service is registered by its raw class.
@Operator(
    id = "espalier:net2net",
    spi = Spi.VERSION,
    summary = "Widen with copies of units (Net2Net, bert2BERT)",
    claims = Claim.FUNCTION_PRESERVING)
public final class Net2Net implements GrowthOperator<Net2Net.Options> {
  private static final String RESIDUAL = "residual";

  /** Where the weights of new units come from. */
  public enum Method {
    /** From the same block: function-preserving initialization. */
    FPI,
    /** From the block above: advanced knowledge initialization. */
    AKI
  }

  /** How old units are chosen to be copied. */
  public enum Draw {
    /** Each once before any twice, in an order drawn from the seed. */
    BALANCED,
    /** Each independently, as Net2Net does. */
    RANDOM
  }

  /**
   * The sizes after: at least one.
   *
   * @param residual width of the residual stream
   * @param heads attention heads of a block
   * @param ffn width of the feed-forward layers
   * @param method where new units come from
   * @param draw how old units are chosen
   */
  public record Options(
      OptionalInt residual,
      OptionalInt heads,
      OptionalInt ffn,
      @Default("fpi") Method method,
      @Default("balanced") Draw draw) {
    // Far beyond any model; a slip of the keyboard should not fill the memory.
    private static final int LARGEST = 1 << 20;

    /** Checks that a size is given and that sizes are positive. */
    public Options {
      if (residual.isEmpty() && heads.isEmpty() && ffn.isEmpty()) {
        throw new IllegalArgumentException("give a size for residual, heads or ffn");
      }
      check(RESIDUAL, residual);
      check("heads", heads);
      check("ffn", ffn);
    }

    private static void check(String name, OptionalInt size) {
      if (size.isPresent() && (size.getAsInt() < 1 || size.getAsInt() > LARGEST)) {
        throw new IllegalArgumentException(
            "%s is %d, must be from 1 to %d".formatted(name, size.getAsInt(), LARGEST));
      }
    }

    Map<String, Integer> sizes() {
      Map<String, Integer> sizes = new LinkedHashMap<>();
      residual.ifPresent(size -> sizes.put(RESIDUAL, size));
      heads.ifPresent(size -> sizes.put("heads", size));
      ffn.ifPresent(size -> sizes.put("ffn", size));
      return sizes;
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    Options options = request.options();
    Map<String, WidthPair> widths = new LinkedHashMap<>();
    options
        .sizes()
        .forEach(
            (dimension, size) ->
                widths.put(
                    dimension,
                    WidthPair.of(
                        UnitDraw.of(
                            request.seed(),
                            dimension,
                            checked(model, dimension, size),
                            size,
                            options.draw()))));
    GrowthPlanBuilder plan = GrowthPlan.from(model);
    widths.forEach(plan::width);
    if (options.method() == Method.AKI) {
      new UnitsOfBlockAbove(model, widths).rules().forEach(plan::rule);
    } else if (plan.build().check(Claim.FUNCTION_PRESERVING).outcome() == Outcome.HOLDS) {
      plan.claim(Claim.FUNCTION_PRESERVING);
    }
    return plan.build();
  }

  private static int checked(ModelSpec model, String dimension, int size) {
    int old = model.dimension(dimension);
    if (size < old) {
      throw new EspalierException(
          "%s is %d, must be at least the model's %d; Net2Net only widens"
              .formatted(dimension, size, old));
    }
    return old;
  }
}
