package org.espalier.plugins.midas;

import com.google.auto.service.AutoService;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Spi;

/**
 * Inserts a copy of the middle group of blocks after it: gradual stacking in the middle.
 *
 * <p>The L blocks are n = L / b groups of b. With the middle group g = ⌈n/2⌉ − 1, counted from 0,
 * and its end e = (g + 1)·b, the next model has L + b blocks, of which block t is a copy of the
 * block
 *
 * <pre>
 *   t      for t &lt; e
 *   t − b  for t ≥ e      group g again, then the groups above it
 * </pre>
 *
 * <p>Embeddings and heads stay. The next model computes another function, so training follows.
 *
 * <p>Source: Saunshi et al., "On the Inductive Bias of Stacking Towards Improving Reasoning", arXiv
 * 2409.19044; the index of the middle group is that of community code.
 */
@AutoService(GrowthOperator.class)
@SuppressWarnings("rawtypes") // A service is registered by its raw class.
@Operator(
    id = "espalier:midas",
    spi = Spi.VERSION,
    summary = "Insert a copy of the middle group of blocks (gradual stacking)")
public final class Midas implements GrowthOperator<Midas.Options> {

  /**
   * The size of a group.
   *
   * @param block how many blocks make a group; the number of blocks of the model must be a multiple
   */
  public record Options(int block) {
    /** Checks the range. */
    public Options {
      if (block < 1) {
        throw new IllegalArgumentException("block is " + block + ", must be at least 1");
      }
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    int size = request.options().block();
    if (model.blocks() == 0 || model.blocks() % size != 0) {
      throw new EspalierException(
          "block is %d, must divide the number of blocks, %d".formatted(size, model.blocks()));
    }
    int groups = model.blocks() / size;
    int middle = (groups + 1) / 2 - 1;
    int end = (middle + 1) * size;
    return GrowthPlan.from(model)
        .blocks(model.blocks() + size, t -> t < end ? t : t - size)
        .build();
  }
}
