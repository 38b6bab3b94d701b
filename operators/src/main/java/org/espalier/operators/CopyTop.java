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
 * Puts a copy of the top blocks on top: the growth of multi-stage layerwise training.
 *
 * <p>With L blocks before and L' after, L &lt; L' ≤ 2L, block t is a copy of the block
 *
 * <pre>
 *   t             for t &lt; L
 *   t − (L' − L)  for t ≥ L      the top L' − L blocks again
 * </pre>
 *
 * <p>Embeddings and heads stay. The next model computes another function, so training follows; the
 * method trains only the new blocks at first, which a stage's trainable set says.
 *
 * <p>Source: Yang et al., "Progressively Stacking 2.0: A Multi-stage Layerwise Training Method for
 * BERT Training Speedup", arXiv 2011.13635; the map is that of its independent implementation.
 */
@AutoService(GrowthOperator.class)
// A service is registered by its raw class.
@SuppressWarnings("rawtypes")
@Operator(
    id = "copy-top",
    spi = Spi.VERSION,
    summary = "Append a copy of the top blocks, at most doubling the model")
public final class CopyTop implements GrowthOperator<CopyTop.Options> {

  /**
   * How far to grow: exactly one of both.
   *
   * @param add how many blocks to append, from 1 to the number that the model has
   * @param blocks how many blocks, more than the model has and at most twice as many
   */
  public record Options(OptionalInt add, OptionalInt blocks) {
    /** Checks that exactly one is given. */
    public Options {
      Target.checkExactlyOne("add", add, "blocks", blocks);
      Target.checkAtLeast("add", add, 1);
      Target.checkAtLeast("blocks", blocks, 2);
    }

    /** Returns the options that append {@code add} blocks. */
    public static Options adding(int add) {
      return new Options(OptionalInt.of(add), OptionalInt.empty());
    }

    /** Returns the options that grow to {@code blocks} blocks. */
    public static Options upTo(int blocks) {
      return new Options(OptionalInt.empty(), OptionalInt.of(blocks));
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    Target.checkHasBlocks(model);
    int old = model.blocks();
    int added = added(request.options(), old);
    return GrowthPlan.from(model).blocks(old + added, t -> t < old ? t : t - added).build();
  }

  private static int added(Options options, int old) {
    if (options.add().isPresent()) {
      int added = options.add().getAsInt();
      if (added > old) {
        throw new EspalierException(
            "add is %d, must be at most %d, the number of blocks that the model has"
                .formatted(added, old));
      }
      return added;
    }
    int count = options.blocks().getAsInt();
    if (count <= old || count > 2L * old) {
      throw new EspalierException(
          "blocks is %d, must be from %d to %d for a model of %d"
              .formatted(count, old + 1L, 2L * old, old));
    }
    return count - old;
  }
}
