package org.espalier.operators;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.OptionalInt;
import org.espalier.api.Default;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Spi;

/**
 * Repeats blocks: progressive stacking.
 *
 * <p>With L blocks before and L' = k·L + r after, 0 ≤ r &lt; L, block t is a copy of the block
 *
 * <pre>
 *   t mod L          for t &lt; k·L          k whole copies
 *   L − r + t − k·L  for t ≥ k·L          then the top r blocks
 * </pre>
 *
 * in the usual order; the others of {@link StackOrder} and an explicit list cover the depth maps of
 * the literature. Embeddings and heads stay. The next model computes another function, so training
 * follows.
 *
 * <p>Sources: Gong et al., "Efficient Training of BERT by Progressively Stacking", ICML 2019, for
 * whole copies; the remainder is that of bert2BERT (Chen et al., arXiv 2110.07143). With a factor
 * it is the G_stack of arXiv 2405.15319. Alternate: Shen et al., "Staged Training for Transformer
 * Language Models", arXiv 2203.06211; middle: MIDAS, arXiv 2409.19044; overlap: SOLAR, arXiv
 * 2312.15166.
 */
@AutoService(GrowthOperator.class)
@SuppressWarnings("rawtypes") // A service is registered by its raw class.
@Operator(
    id = "stack",
    spi = Spi.VERSION,
    summary = "Repeat blocks, by a factor, up to a number of blocks or by a list")
public final class Stack implements GrowthOperator<Stack.Options> {
  /**
   * How far and how to stack: exactly one of {@code factor}, {@code blocks} and {@code list}.
   *
   * @param factor how many times as many blocks, at least 2
   * @param blocks how many blocks, more than the model has
   * @param order in which order the old blocks are repeated; not for a list
   * @param remainder which blocks come again where whole copies don't fill the model; for the order
   *     {@code repeat} alone
   * @param list for each block of the next model the old block that it is a copy of
   */
  public record Options(
      OptionalInt factor,
      OptionalInt blocks,
      @Default("repeat") StackOrder order,
      @Default("top") StackRemainder remainder,
      @Default("[]") List<Integer> list) {
    /** Checks that exactly one target is given. */
    public Options {
      list = List.copyOf(list);
      Target.check(
          Target.counts(
              "factor", new Target.Count(factor, 2), "blocks", new Target.Count(blocks, 2)),
          list);
      if (!list.isEmpty() && order != StackOrder.REPEAT) {
        throw new IllegalArgumentException("order is for factor and blocks, not for a list");
      }
      if (remainder != StackRemainder.TOP && (order != StackOrder.REPEAT || !list.isEmpty())) {
        throw new IllegalArgumentException("remainder is for the order 'repeat' alone");
      }
    }

    /** Returns the options that multiply the number of blocks. */
    public static Options times(int factor) {
      return of(OptionalInt.of(factor), OptionalInt.empty(), List.of());
    }

    /** Returns the options that stack up to {@code blocks} blocks. */
    public static Options upTo(int blocks) {
      return of(OptionalInt.empty(), OptionalInt.of(blocks), List.of());
    }

    /** Returns the options that copy the old blocks of {@code list}. */
    public static Options of(List<Integer> list) {
      return of(OptionalInt.empty(), OptionalInt.empty(), list);
    }

    private static Options of(OptionalInt factor, OptionalInt blocks, List<Integer> list) {
      return new Options(factor, blocks, StackOrder.REPEAT, StackRemainder.TOP, list);
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    Options options = request.options();
    Target.checkHasBlocks(model);
    int old = model.blocks();
    if (!options.list().isEmpty()) {
      return GrowthPlan.from(model).blocks(BlockList.of(options.list(), old)).build();
    }
    boolean byFactor = options.factor().isPresent();
    int asked = byFactor ? options.factor().getAsInt() : options.blocks().getAsInt();
    int count =
        Target.more(
            byFactor ? "factor" : "blocks", asked, byFactor ? (long) asked * old : asked, old);
    return GrowthPlan.from(model)
        .blocks(count, options.order().sources(old, count, options.remainder()))
        .build();
  }
}
