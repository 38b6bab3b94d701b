package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.data.Offset;

class PlanCompositionTest {
  private static final ReferenceExecutor EXECUTOR = new ReferenceExecutor();
  private static final ModelSpec SPEC = Specs.gpt(3, 2, 2, 3, 2, DType.FLOAT64);

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  /**
   * Random index maps over blocks, with fills of constants: composed and in sequence, bit-equal.
   */
  @Property
  void copiesInSequenceAreCopies(@ForAll("seeds") long seed) {
    GrowthPlan first = select(Specs.tiny(3), seed);
    GrowthPlan second = select(first.to(), seed + 1);
    GrowthPlan both = first.then(second);
    Map<String, HostTensor> before = Specs.tensors(first.from(), seed);
    assertThat(EXECUTOR.execute(both, before))
        .isEqualTo(EXECUTOR.execute(second, EXECUTOR.execute(first, before)));
    assertThat(both.rules().values()).noneMatch(rule -> rule instanceof TensorRule.Combine);
    assertThat(both.blocks().map()).isEqualTo(first.blocks().map().then(second.blocks().map()));
  }

  private static GrowthPlan select(ModelSpec spec, long seed) {
    SeededRandom random = SeededRandom.of(seed);
    return GrowthPlan.from(spec)
        .blocks(1 + random.below(0, 6), t -> random.below(t + 1, spec.blocks()))
        .rule("h/0/fc/bias", new TensorRule.Fill(new Initializer.Constant(1), 0))
        .build();
  }

  /** Matrices over blocks and widths: equal up to the rounding of what would stand between. */
  @Property
  void combinationsInSequenceAreCombinations(
      @ForAll("seeds") long seed, @ForAll("matrices") List<AxisMap> maps) {
    GrowthPlan first =
        GrowthPlan.from(SPEC)
            .blocks(new BlockMap(maps.get(0)))
            .width("ffn", WidthPair.of(AxisMap.selection(3, List.of(0, 1, 2, 2))))
            .build();
    GrowthPlan second =
        GrowthPlan.from(first.to())
            .blocks(new BlockMap(maps.get(1)))
            .width("heads", WidthPair.of(AxisMap.tile(2, 2)))
            .width("ffn", WidthPair.of(AxisMap.groupMean(4, List.of(List.of(0, 3), List.of(1, 2)))))
            .build();
    Map<String, HostTensor> before = Specs.tensors(SPEC, seed);
    Map<String, HostTensor> composed = EXECUTOR.execute(first.then(second), before);
    Map<String, HostTensor> sequence = EXECUTOR.execute(second, EXECUTOR.execute(first, before));
    assertThat(composed.keySet()).isEqualTo(sequence.keySet());
    composed.forEach(
        (name, tensor) ->
            assertThat(tensor.values())
                .as(name)
                .containsExactly(sequence.get(name).values(), Offset.offset(1e-10)));
    assertThat(first.then(second).widths().keySet()).containsExactly("ffn", "heads");
  }

  @Provide
  Arbitrary<List<AxisMap>> matrices() {
    return Specs.matrices(3, 4).flatMap(a -> Specs.matrices(4, 2).map(b -> List.of(a, b)));
  }

  @Example
  void growingAndShrinkingBackIsTheIdentity() {
    GrowthPlan grow = GrowthPlan.from(SPEC).blocks(6, t -> t % 3).build();
    GrowthPlan shrink = GrowthPlan.from(grow.to()).blocks(3, t -> t).build();
    assertThat(grow.then(shrink)).isEqualTo(GrowthPlan.from(SPEC).build());

    List<List<AxisMap.Entry>> rows = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      rows.add(List.of(new AxisMap.Entry(i, 0.5), new AxisMap.Entry(i + 3, 0.5)));
    }
    GrowthPlan merge =
        GrowthPlan.from(grow.to()).blocks(new BlockMap(AxisMap.matrix(6, rows))).build();
    assertThat(grow.then(merge)).isEqualTo(GrowthPlan.from(SPEC).build());
  }

  @Example
  void claimsHoldOnlyIfBothClaimThem() {
    GrowthPlan claims = GrowthPlan.from(SPEC).claim(Claim.FUNCTION_PRESERVING).build();
    GrowthPlan not = GrowthPlan.from(SPEC).build();
    assertThat(claims.then(claims).claims()).containsExactly(Claim.FUNCTION_PRESERVING);
    assertThat(claims.then(not).claims()).isEmpty();
    assertThat(not.then(claims).claims()).isEmpty();
  }

  @Example
  void randomNumbersKeepTheirName() {
    TensorRule random = new TensorRule.Fill(new Initializer.Normal(0, 1), 3);
    GrowthPlan fill = GrowthPlan.from(SPEC).rule("h/0/fc/bias", random).build();
    GrowthPlan keep = GrowthPlan.from(SPEC).build();
    assertThat(fill.then(keep).rules().get("h/0/fc/bias")).isEqualTo(random);
    GrowthPlan move = GrowthPlan.from(SPEC).blocks(3, t -> 0).build();
    assertThatThrownBy(() -> fill.then(move))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "The plans cannot be made one: 'h/1/fc/bias' is made of 'h/0/fc/bias', which holds"
                + " random numbers; carry them out one after the other");
  }

  @Example
  void whatAKernelComputesIsNotTakenApart() {
    TensorRule compute =
        new TensorRule.Compute("acme:k", List.of(TensorSource.model("h/0/fc/bias")), Map.of(), 1);
    GrowthPlan kernel = GrowthPlan.from(SPEC).rule("h/0/fc/bias", compute).build();
    GrowthPlan keep = GrowthPlan.from(SPEC).build();
    assertThat(kernel.then(keep)).isEqualTo(kernel);
    assertThat(keep.then(kernel)).isEqualTo(kernel);
    GrowthPlan mean =
        GrowthPlan.from(SPEC)
            .blocks(new BlockMap(AxisMap.groupMean(3, List.of(List.of(0, 1), List.of(2)))))
            .build();
    assertThatThrownBy(() -> kernel.then(mean)).hasMessageContaining("is computed by a kernel");
    GrowthPlan stack = GrowthPlan.from(SPEC).blocks(4, t -> t % 3).build();
    assertThatThrownBy(() -> kernel.then(stack)).hasMessageContaining("is computed by a kernel");
  }

  @Example
  void plansMustFollowEachOther() {
    GrowthPlan plan = GrowthPlan.from(SPEC).blocks(6, t -> t % 3).build();
    assertThatThrownBy(() -> plan.then(plan))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("do not follow each other")
        .hasMessageContaining("a gpt model of 6 blocks");
  }
}
