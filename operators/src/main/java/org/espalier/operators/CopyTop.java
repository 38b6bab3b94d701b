package org.espalier.operators;

import com.google.auto.service.AutoService;
import java.util.List;
import java.util.OptionalInt;
import org.espalier.api.BlockMap;
import org.espalier.api.Default;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Spi;

/**
 * Puts a copy of the top blocks on top: the growth of multi-stage layerwise training.
 *
 * <p>With L blocks before and L' after, and the top n = min(L' − L, L) blocks, or as many as {@code
 * top} says, block t is a copy of the block
 *
 * <pre>
 *   t                          for t &lt; L
 *   L − n + (t − L) mod n      for t ≥ L      the top n blocks again, as often as needed
 * </pre>
 *
 * <p>Embeddings and heads stay. The next model computes another function, so training follows; the
 * method trains only the new blocks at first, which a stage's trainable set says.
 *
 * <p>Source: Yang et al., "Progressively Stacking 2.0: A Multi-stage Layerwise Training Method for
 * BERT Training Speedup", arXiv 2011.13635; the map is that of its independent implementation.
 */
@AutoService(GrowthOperator.class)
@SuppressWarnings("rawtypes") // A service is registered by its raw class.
@Operator(id = "copy-top", spi = Spi.VERSION, summary = "Append copies of the top blocks")
public final class CopyTop implements GrowthOperator<CopyTop.Options> {

  /**
   * How far to grow: exactly one of {@code add}, {@code blocks} and {@code list}.
   *
   * @param add how many blocks to append, at least 1
   * @param blocks how many blocks, more than the model has
   * @param top how many of the top blocks are copied, from 1 to the number that the model has; all
   *     that are appended if left out
   * @param list for each block of the next model the old block that it is a copy of; the first are
   *     those of the model, in order
   */
  public record Options(
      OptionalInt add, OptionalInt blocks, OptionalInt top, @Default("[]") List<Integer> list) {
    /** Checks that exactly one target is given. */
    public Options {
      list = List.copyOf(list);
      Target.check(
          Target.counts("add", new Target.Count(add, 1), "blocks", new Target.Count(blocks, 2)),
          list);
      if (top.isPresent() && (top.getAsInt() < 1 || !list.isEmpty())) {
        throw new IllegalArgumentException(
            list.isEmpty()
                ? "top is %d, must be at least 1".formatted(top.getAsInt())
                : "top is for add and blocks, not for a list");
      }
    }

    /** Returns the options that append {@code add} blocks. */
    public static Options adding(int add) {
      return new Options(OptionalInt.of(add), OptionalInt.empty(), OptionalInt.empty(), List.of());
    }

    /** Returns the options that grow to {@code blocks} blocks. */
    public static Options upTo(int blocks) {
      return new Options(
          OptionalInt.empty(), OptionalInt.of(blocks), OptionalInt.empty(), List.of());
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    Options options = request.options();
    Target.checkHasBlocks(model);
    int old = model.blocks();
    if (!options.list().isEmpty()) {
      return GrowthPlan.from(model).blocks(listed(options.list(), old)).build();
    }
    int count =
        options.add().isPresent()
            ? Target.more(
                "add", options.add().getAsInt(), (long) old + options.add().getAsInt(), old)
            : Target.more("blocks", options.blocks().getAsInt(), options.blocks().getAsInt(), old);
    int top = options.top().orElse(Math.min(count - old, old));
    if (top > old) {
      throw new EspalierException(
          "top is %d, must be at most %d, the number of blocks that the model has"
              .formatted(top, old));
    }
    return GrowthPlan.from(model)
        .blocks(count, t -> t < old ? t : old - top + (t - old) % top)
        .build();
  }

  private static BlockMap listed(List<Integer> list, int old) {
    BlockMap map = BlockList.of(list, old);
    for (int t = 0; t < old; t++) {
      if (t >= list.size() || list.get(t) != t) {
        throw new EspalierException(
            "list is %s, must start with the model's own blocks 0 to %d; other lists are for 'stack'"
                .formatted(list, old - 1));
      }
    }
    return map;
  }
}
