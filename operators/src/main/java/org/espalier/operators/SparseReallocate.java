package org.espalier.operators;

import com.google.auto.service.AutoService;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.espalier.api.Default;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthPlanBuilder;
import org.espalier.api.GrowthRequest;
import org.espalier.api.MaskRule;
import org.espalier.api.MaskSpec;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.espalier.api.Spi;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;

/**
 * Keeps the kernels of the blocks sparse, and moves what little they have to other places: dynamic
 * sparse training with random re-allocation.
 *
 * <p>Of each kernel's N square blocks of weights, nb = ⌈(1 − sparsity)·N⌉ are in use, always. A
 * model without masks gets a uniform random pattern; all else becomes zero. In one with masks, at
 * update k of n, the m blocks with the smallest Σ|w| are pruned,
 *
 * <pre>  m = ⌈ ⌈prune·nb⌉ · ½(1 + cos(π·k/n)) ⌉</pre>
 *
 * and as many are put uniformly at random where there was none before. New weights and their slots
 * are zero; those that stay keep every bit. No more are moved than there are free places.
 *
 * <p>Source: "Towards Structured Dynamic Sparse Pre-Training of BERT" (arXiv 2108.06277). The
 * embeddings, biases, norms and heads stay dense.
 */
@AutoService(GrowthOperator.class)
@SuppressWarnings("rawtypes") // A service is registered by its raw class.
@Operator(
    id = "sparse-reallocate",
    spi = Spi.VERSION,
    summary = "Make the blocks' kernels sparse, or move their weakest weights elsewhere")
public final class SparseReallocate implements GrowthOperator<SparseReallocate.Options> {
  private static final List<Integer> BLOCKS = List.of(1, 4, 8, 16, 32, 64);

  /**
   * How sparse, and how much to move.
   *
   * @param sparsity share of each kernel that is zero, in (0, 1); needed for a model without masks,
   *     and else, if given, that of its masks
   * @param block rows and columns of a block: 1, 4, 8, 16, 32 or 64; if left out 1, or that of the
   *     masks
   * @param prune share of the blocks in use that the first update moves, in (0, 1]
   * @param update number of this update, k
   * @param updates number of updates in all, n
   */
  public record Options(
      OptionalDouble sparsity,
      OptionalInt block,
      @Default("0.5") double prune,
      @Default("0") int update,
      @Default("1") int updates) {
    /** Checks the ranges. */
    public Options {
      if (sparsity.isPresent() && !(sparsity.getAsDouble() > 0 && sparsity.getAsDouble() < 1)) {
        throw new IllegalArgumentException(
            "sparsity is " + sparsity.getAsDouble() + ", must be above 0 and below 1");
      }
      if (block.isPresent() && !BLOCKS.contains(block.getAsInt())) {
        throw new IllegalArgumentException(
            "block is " + block.getAsInt() + ", must be one of 1, 4, 8, 16, 32, 64");
      }
      if (!(prune > 0 && prune <= 1)) {
        throw new IllegalArgumentException("prune is " + prune + ", must be above 0, at most 1");
      }
      if (updates < 1) {
        throw new IllegalArgumentException("updates is " + updates + ", must be at least 1");
      }
      if (update < 0 || update > updates) {
        throw new IllegalArgumentException(
            "update is " + update + ", must be from 0 to updates, " + updates);
      }
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    GrowthPlanBuilder plan = GrowthPlan.from(model);
    List<Parameter> kernels = kernels(model);
    if (request.masks().isEmpty()) {
      kernels.forEach(kernel -> plan.mask(kernel.name(), first(kernel, request)));
    } else {
      for (Parameter kernel : kernels) {
        plan.mask(kernel.name(), next(kernel, request));
      }
      request
          .masks()
          .forEach(
              (name, mask) -> {
                if (kernels.stream().noneMatch(kernel -> kernel.name().equals(name))) {
                  plan.mask(name, MaskRule.copy(name, mask));
                }
              });
    }
    return plan.build();
  }

  /** Returns the kernels of fully connected layers in the blocks. */
  private static List<Parameter> kernels(ModelSpec model) {
    List<Parameter> kernels = new ArrayList<>();
    for (Parameter parameter : model.parameters()) {
      boolean connected =
          Roles.matches(parameter.role(), "attention") || Roles.matches(parameter.role(), "ffn");
      if (parameter.inBlocks() && connected && parameter.role().endsWith(".kernel")) {
        kernels.add(parameter);
      }
    }
    if (kernels.isEmpty()) {
      throw new EspalierException(
          "no parameter in a block is known as a kernel of attention or feed-forward layers, which"
              + " are those that become sparse; espalier inspect --parameters shows the roles");
    }
    return kernels;
  }

  private static MaskRule first(Parameter kernel, GrowthRequest<Options> request) {
    Options options = request.options();
    if (options.sparsity().isEmpty()) {
      throw new EspalierException(
          "sparsity is missing, which a model without masks needs; give one above 0 and below 1");
    }
    MaskSpec grid = MaskSpec.of(kernel, options.block().orElse(1), request.model().dimensions());
    int active = BlockCounts.active(grid.blocks(), options.sparsity().getAsDouble());
    return new MaskRule(
        grid.withActive(active),
        new TensorRule.Compute(
            DrawPattern.ID,
            List.of(),
            Map.of(DrawPattern.ACTIVE, Integer.toString(active)),
            request.seed()));
  }

  private static MaskRule next(Parameter kernel, GrowthRequest<Options> request) {
    Options options = request.options();
    MaskSpec mask = request.masks().get(kernel.name());
    if (mask == null) {
      throw new EspalierException(
          "'%s' has no mask, but other kernels of the model have".formatted(kernel.name()));
    }
    if (options.block().isPresent() && options.block().getAsInt() != mask.block()) {
      throw new EspalierException(
          "block is %d, but the masks of the model have blocks of %d, which stay; leave it out"
              .formatted(options.block().getAsInt(), mask.block()));
    }
    if (options.sparsity().isPresent()
        && BlockCounts.active(mask.blocks(), options.sparsity().getAsDouble()) != mask.active()) {
      throw new EspalierException(
          "sparsity is %s, but '%s' has %d of %d blocks in use, which stay; leave it out"
              .formatted(
                  options.sparsity().getAsDouble(), kernel.name(), mask.active(), mask.blocks()));
    }
    int moved = BlockCounts.moved(mask, options.prune(), options.update(), options.updates());
    return new MaskRule(
        mask,
        new TensorRule.Compute(
            Reallocation.ID,
            List.of(TensorSource.model(kernel.name()), new TensorSource.FromMask(kernel.name())),
            Map.of(
                Reallocation.MOVED, Integer.toString(moved),
                Reallocation.UPDATE, Integer.toString(options.update())),
            request.seed()));
  }
}
