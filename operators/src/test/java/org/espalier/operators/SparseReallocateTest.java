package org.espalier.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.espalier.api.Axis;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.HostTensor;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Lineage;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.Parameter;
import org.espalier.api.ReferenceExecutor;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;

class SparseReallocateTest {
  private static final ReferenceExecutor EXECUTOR =
      new ReferenceExecutor(KernelRegistry.of(new DrawPattern(), new Reallocation()));
  private static final ModelSpec EIGHT = Models.model("bert", 2, 8, 12, DType.FLOAT32);

  /** A model with its masks. */
  private record Sparse(ModelSpec spec, Map<String, HostTensor> tensors, Map<String, Mask> masks) {
    Map<String, MaskSpec> maskSpecs() {
      Map<String, MaskSpec> specs = new LinkedHashMap<>();
      masks.forEach((name, mask) -> specs.put(name, mask.spec()));
      return specs;
    }

    GrowthPlan plan(SparseReallocate.Options options, long seed) {
      return new SparseReallocate()
          .plan(new GrowthRequest<>(spec, options, seed, Lineage.empty(), Map.of(), maskSpecs()));
    }

    Sparse grown(GrowthPlan plan) {
      return new Sparse(
          spec,
          EXECUTOR.execute(plan, tensors, masks, Map.of()),
          EXECUTOR.masks(plan, tensors, masks));
    }
  }

  private static Sparse first(ModelSpec spec, double sparsity, int block, long seed) {
    Sparse dense = new Sparse(spec, Models.tensors(spec), Map.of());
    return dense.grown(dense.plan(options(sparsity, block), seed));
  }

  private static SparseReallocate.Options options(double sparsity, int block) {
    return new SparseReallocate.Options(
        OptionalDouble.of(sparsity), OptionalInt.of(block), 0.5, 0, 1);
  }

  private static SparseReallocate.Options update(double prune, int update, int updates) {
    return new SparseReallocate.Options(
        OptionalDouble.empty(), OptionalInt.empty(), prune, update, updates);
  }

  @Property(tries = 200)
  void theFirstUseDrawsThatManyWholeBlocks(
      @ForAll @IntRange(min = 1, max = 99) int percent,
      @ForAll @IntRange(min = 0, max = 1) int size,
      @ForAll long seed) {
    int block = size == 0 ? 1 : 4;
    Sparse sparse = first(EIGHT, percent / 100.0, block, seed);
    assertThat(sparse.masks().keySet())
        .containsExactly(
            "encoder/layer/0/q", "encoder/layer/0/up", "encoder/layer/1/q", "encoder/layer/1/up");
    sparse
        .masks()
        .forEach(
            (name, mask) -> {
              int blocks = mask.spec().blocks();
              assertThat(mask.spec().active()).isEqualTo((blocks * (100 - percent) + 99) / 100);
              Parameter kernel = EIGHT.parameter(name).orElseThrow();
              HostTensor old = Models.tensors(EIGHT).get(name);
              HostTensor now = sparse.tensors().get(name);
              for (int i = 0; i < kernel.elements(); i++) {
                long columns = kernel.shape().get(1);
                int place = (int) (i / columns / block * (columns / block) + i % columns / block);
                assertThat(now.at(i)).isEqualTo(mask.isActive(place) ? old.at(i) : 0);
              }
            });
    for (Parameter parameter : EIGHT.parameters()) {
      if (!sparse.masks().containsKey(parameter.name())) {
        assertThat(sparse.tensors().get(parameter.name()))
            .isEqualTo(Models.tensors(EIGHT).get(parameter.name()));
      }
    }
  }

  @Property(tries = 200)
  void anUpdateMovesTheWeakestElsewhere(
      @ForAll @IntRange(min = 1, max = 99) int percent,
      @ForAll @IntRange(min = 1, max = 20) int update,
      @ForAll long seed) {
    Sparse sparse = first(EIGHT, percent / 100.0, 1, seed);
    GrowthPlan plan = sparse.plan(update(0.5, update, 20), seed);
    Sparse next = sparse.grown(plan);
    assertThat(sparse.grown(sparse.plan(update(0.5, update, 20), seed))).isEqualTo(next);
    next.masks()
        .forEach(
            (name, mask) -> {
              Mask before = sparse.masks().get(name);
              assertThat(mask.spec()).isEqualTo(before.spec());
              int active = before.spec().active();
              int most = (active + 1) / 2;
              int moved =
                  Math.min(
                      (int) Math.ceil(most * (1 + Math.cos(Math.PI * update / 20)) / 2 - 1e-9),
                      before.spec().blocks() - active);
              // Kept and grown are disjoint, and grown were not in use before.
              assertThat(mask.and(before).spec().active()).isEqualTo(active - moved);
              checkValues(name, sparse, next);
            });
  }

  private static void checkValues(String name, Sparse before, Sparse after) {
    HostTensor old = before.tensors().get(name);
    HostTensor now = after.tensors().get(name);
    double strongestPruned = 0;
    double weakestKept = Double.POSITIVE_INFINITY;
    for (int i = 0; i < old.elements(); i++) {
      boolean was = before.masks().get(name).keeps(i);
      boolean is = after.masks().get(name).keeps(i);
      assertThat(now.at(i)).isEqualTo(was && is ? old.at(i) : 0);
      if (was && is) {
        weakestKept = Math.min(weakestKept, Math.abs(old.at(i)));
      } else if (was) {
        strongestPruned = Math.max(strongestPruned, Math.abs(old.at(i)));
      }
    }
    assertThat(strongestPruned).isLessThanOrEqualTo(weakestKept);
  }

  /** Not even numbers that a mask should have kept away come back. */
  @Example
  void newWeightsStartAtZeroWhateverWasThere() {
    Map<String, Mask> masks = first(EIGHT, 0.5, 1, 1).masks();
    Sparse dirty = new Sparse(EIGHT, Models.tensors(EIGHT), masks);
    Sparse next = dirty.grown(dirty.plan(update(0.5, 0, 4), 7));
    masks.keySet().forEach(name -> checkValues(name, dirty, next));
    assertThat(next.masks()).isNotEqualTo(masks);
  }

  @Example
  void countsAreThoseOfDecimals() {
    // In binary, (1 - 0.7) · 10 is a little more than 3.
    assertThat(BlockCounts.active(10, 0.7)).isEqualTo(3);
    assertThat(BlockCounts.active(10, 0.9)).isEqualTo(1);
    assertThat(BlockCounts.active(11, 0.9)).isEqualTo(2);
    MaskSpec mask = new MaskSpec(1000, 1, 1, 400);
    assertThat(BlockCounts.moved(mask, 0.5, 0, 6)).isEqualTo(200);
    assertThat(BlockCounts.moved(mask, 0.5, 2, 6)).isEqualTo(150);
    assertThat(BlockCounts.moved(mask, 0.5, 3, 6)).isEqualTo(100);
    assertThat(BlockCounts.moved(mask, 0.5, 6, 6)).isZero();
    assertThat(BlockCounts.moved(mask.withActive(900), 1, 0, 6)).isEqualTo(100);
  }

  @Example
  void equalScoresAreTakenInOrder() {
    Parameter grid =
        new Parameter(
            "w",
            Parameter.OUTSIDE,
            "",
            DType.BOOL,
            List.of(1L, 6L),
            List.of(Axis.opaque(), Axis.opaque()),
            false);
    HostTensor kernel = HostTensor.of(DType.FLOAT32, List.of(1L, 6L), 2, -1, 1, 1, 0, 0);
    HostTensor mask = HostTensor.of(DType.BOOL, List.of(1L, 6L), 1, 1, 1, 1, 0, 0);
    HostTensor next =
        new Reallocation()
            .compute(grid, List.of(kernel, mask), Map.of("moved", "2", "update", "1"), 5);
    assertThat(next.values()).containsExactly(1, 0, 0, 1, 1, 1);
  }

  @Example
  void seedAndUpdateDecideThePlaces() {
    Sparse sparse = first(EIGHT, 0.9, 1, 1);
    assertThat(sparse.masks()).isNotEqualTo(first(EIGHT, 0.9, 1, 2).masks());
    Map<String, Mask> third = sparse.grown(sparse.plan(update(1, 0, 9), 3)).masks();
    assertThat(third).isNotEqualTo(sparse.grown(sparse.plan(update(1, 0, 9), 4)).masks());
    Map<String, Mask> other = sparse.grown(sparse.plan(update(1, 1, 90), 3)).masks();
    assertThat(third.get("encoder/layer/0/up")).isNotEqualTo(other.get("encoder/layer/0/up"));
  }

  @Example
  void aSparseModelIsStackedWithItsMasks() {
    Sparse sparse = first(EIGHT, 0.75, 4, 1);
    GrowthPlan plan =
        OperatorRegistry.of(new Stack())
            .find("stack")
            .plan(EIGHT, Map.of("factor", "2"), 0, Lineage.empty(), Map.of(), sparse.maskSpecs());
    Map<String, Mask> masks = EXECUTOR.masks(plan, sparse.tensors(), sparse.masks());
    assertThat(masks).hasSize(8);
    assertThat(masks.get("encoder/layer/3/up")).isEqualTo(masks.get("encoder/layer/1/up"));
    assertThat(GrowthPlan.fromJson(plan.toJson())).isEqualTo(plan);
    assertThat(plan.toString()).contains("8 tensors, 0 computed, blocks of 4 x 4, 30.00 %");
  }

  @Example
  void otherGrowthOfASparseModelIsRefused() {
    Sparse sparse = first(EIGHT, 0.75, 4, 1);
    GrowthPlan mean =
        GrowthPlan.from(EIGHT)
            .rule(
                "encoder/layer/1/q",
                new TensorRule.Combine(
                    List.of(
                        new TensorRule.Term(
                            TensorSource.model("encoder/layer/0/q"), 0.5, List.of()))))
            .build();
    assertThatThrownBy(() -> mean.carrying(sparse.maskSpecs()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("the model is sparse, and 'encoder/layer/1/q'");
  }

  @Example
  void aPlanIsEqualAfterJson() {
    Sparse sparse = first(EIGHT, 0.5, 4, 1);
    GrowthPlan plan = sparse.plan(update(0.5, 1, 4), 7);
    assertThat(GrowthPlan.fromJson(plan.toJson())).isEqualTo(plan);
    assertThat(plan.toString()).contains("4 tensors, 4 computed, blocks of 4 x 4, 50.00 %");
  }

  @Example
  void badRequestsAreNamed() {
    Sparse dense = new Sparse(EIGHT, Map.of(), Map.of());
    assertThatThrownBy(() -> dense.plan(update(0.5, 0, 1), 0))
        .hasMessage(
            "sparsity is missing, which a model without masks needs; give one above 0 and below 1");
    assertThatThrownBy(() -> dense.plan(options(0.5, 8), 0))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "block is 8, which does not divide 'encoder/layer/0/up' of shape [8, 12]: as a matrix"
                + " it has 12 columns");
    Sparse sparse = first(EIGHT, 0.5, 4, 1);
    assertThatThrownBy(() -> sparse.plan(options(0.5, 1), 0))
        .hasMessage(
            "block is 1, but the masks of the model have blocks of 4, which stay; leave it out");
    assertThatThrownBy(() -> sparse.plan(options(0.9, 4), 0))
        .hasMessageContaining("sparsity is 0.9, but 'encoder/layer/0/q' has 2 of 4 blocks in use");
    assertThatThrownBy(() -> options(0.5, 2))
        .hasMessage("block is 2, must be one of 1, 4, 8, 16, 32, 64");
    assertThatThrownBy(() -> options(1, 4)).hasMessageContaining("sparsity is 1.0");
    assertThatThrownBy(() -> update(0.5, 3, 2))
        .hasMessage("update is 3, must be from 0 to updates, 2");
  }
}
