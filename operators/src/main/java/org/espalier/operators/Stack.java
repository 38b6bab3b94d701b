package org.espalier.operators;

import com.google.auto.service.AutoService;
import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Spi;

/**
 * Repeats all blocks: progressive stacking.
 *
 * <p>With L blocks before and L' = k·L + r after, 0 ≤ r &lt; L, block t is a copy of the block
 *
 * <pre>
 *   t mod L          for t &lt; k·L          k whole copies
 *   L − r + t − k·L  for t ≥ k·L          then the top r blocks
 * </pre>
 *
 * <p>Embeddings and heads stay. The next model computes another function, so training follows.
 *
 * <p>Sources: Gong et al., "Efficient Training of BERT by Progressively Stacking", ICML 2019, for
 * whole copies; the remainder is that of bert2BERT (Chen et al., arXiv 2110.07143). With a factor
 * it is the G_stack of arXiv 2405.15319.
 */
@AutoService(GrowthOperator.class)
// A service is registered by its raw class.
@SuppressWarnings("rawtypes")
@Operator(
    id = "stack",
    spi = Spi.VERSION,
    summary = "Repeat all blocks, by a factor or up to a number of blocks")
public final class Stack implements GrowthOperator<Stack.Options> {
  // Far beyond any model; a slip of the keyboard should not fill the memory.
  private static final int MOST_BLOCKS = 10_000;

  /**
   * How far to stack: exactly one of both.
   *
   * @param factor how many times as many blocks, at least 2
   * @param blocks how many blocks, more than the model has
   */
  public record Options(OptionalInt factor, OptionalInt blocks) {
    /** Checks that exactly one is given. */
    public Options {
      Target.checkExactlyOne("factor", factor, "blocks", blocks);
      Target.checkAtLeast("factor", factor, 2);
      Target.checkAtLeast("blocks", blocks, 2);
    }

    /** Returns the options that multiply the number of blocks. */
    public static Options times(int factor) {
      return new Options(OptionalInt.of(factor), OptionalInt.empty());
    }

    /** Returns the options that stack up to {@code blocks} blocks. */
    public static Options upTo(int blocks) {
      return new Options(OptionalInt.empty(), OptionalInt.of(blocks));
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    Target.checkHasBlocks(model);
    int old = model.blocks();
    int count = count(request.options(), old);
    int whole = count / old * old;
    int remainder = count % old;
    return GrowthPlan.from(model)
        .blocks(count, t -> t < whole ? t % old : old - remainder + t - whole)
        .build();
  }

  private static int count(Options options, int old) {
    boolean byFactor = options.factor().isPresent();
    long count = byFactor ? (long) options.factor().getAsInt() * old : options.blocks().getAsInt();
    if (count <= old) {
      throw new EspalierException(
          "blocks is %d, must be more than the %d that the model has".formatted(count, old));
    }
    if (count > MOST_BLOCKS) {
      throw new EspalierException(
          "%s is %d, which makes %d blocks of %d; at most %d are allowed"
              .formatted(
                  byFactor ? "factor" : "blocks",
                  byFactor ? options.factor().getAsInt() : count,
                  count,
                  old,
                  MOST_BLOCKS));
    }
    return (int) count;
  }
}
