package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.assertj.core.data.Offset;

class GrowthPlanBuilderTest {
  private static final ReferenceExecutor EXECUTOR = new ReferenceExecutor();

  @Provide
  Arbitrary<ModelSpec> spec() {
    return Specs.any();
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  @Property
  void blocksOfAnIndexMapAreBitEqualCopies(
      @ForAll("spec") ModelSpec spec, @ForAll("seeds") long seed) {
    int count = 1 + SeededRandom.of(seed).below(0, 9);
    GrowthPlan plan =
        GrowthPlan.from(spec)
            .blocks(count, t -> SeededRandom.of(seed).below(t + 1, spec.blocks()))
            .build();
    assertThat(plan.rules().values()).allMatch(rule -> rule instanceof TensorRule.Copy);
    Map<String, HostTensor> before = Specs.tensors(spec, seed);
    Map<String, HostTensor> after = EXECUTOR.execute(plan, before);
    assertThat(List.copyOf(after.keySet()))
        .isEqualTo(plan.to().parameters().stream().map(Parameter::name).toList());
    for (Parameter parameter : plan.to().parameters()) {
      int source =
          parameter.inBlocks() ? plan.blocks().sources(parameter.block()).get(0).index() : -1;
      assertThat(after.get(parameter.name())).isEqualTo(before.get(parameter.nameIn(source)));
    }
  }

  @Example
  void aMatrixOfBlocksCombines() {
    ModelSpec spec = Specs.gpt(4, 1, 2, 2, 2, DType.FLOAT64);
    AxisMap means = AxisMap.groupMean(4, List.of(List.of(0, 1), List.of(2, 3)));
    GrowthPlan plan = GrowthPlan.from(spec).blocks(new BlockMap(means)).build();
    Map<String, HostTensor> before = Specs.tensors(spec, 1);
    Map<String, HostTensor> after = EXECUTOR.execute(plan, before);
    assertThat(after.get("h/1/fc/bias").at(1))
        .isEqualTo(0.5 * before.get("h/2/fc/bias").at(1) + 0.5 * before.get("h/3/fc/bias").at(1));
    assertThat(after.get("wte")).isEqualTo(before.get("wte"));
    assertThat(plan.to().blocks()).isEqualTo(2);
    assertThat(after).doesNotContainKey("h/2/fc/bias");
  }

  @Example
  void aFactorOfOneCopiesAndOneOfZeroVanishes() {
    ModelSpec spec = Specs.tiny(2);
    AxisMap map =
        AxisMap.matrix(
            2,
            List.of(
                List.of(new AxisMap.Entry(0, 1), new AxisMap.Entry(1, 0)),
                List.of(new AxisMap.Entry(0, 0.5), new AxisMap.Entry(1, 0.5)),
                List.of()));
    GrowthPlan plan = GrowthPlan.from(spec).blocks(new BlockMap(map)).build();
    assertThat(plan.rules().get("h/0/fc/bias")).isEqualTo(TensorRule.copy("h/0/fc/bias"));
    assertThat(plan.rules().get("h/1/fc/bias")).isInstanceOf(TensorRule.Combine.class);
    assertThat(plan.rules().get("h/2/fc/bias"))
        .isEqualTo(new TensorRule.Fill(Initializer.zeros(), 0));
  }

  @Example
  void widthCopiesWhatMakesAnAxisAndSharesWhatConsumesIt() {
    ModelSpec spec = Specs.gpt(1, 2, 2, 3, 2, DType.FLOAT64);
    GrowthPlan plan =
        GrowthPlan.from(spec)
            .width("ffn", WidthPair.of(AxisMap.selection(3, List.of(0, 1, 2, 1))))
            .build();
    Map<String, HostTensor> before = Specs.tensors(spec, 2);
    Map<String, HostTensor> after = EXECUTOR.execute(plan, before);
    assertThat(after.get("h/0/fc/bias").at(3)).isEqualTo(before.get("h/0/fc/bias").at(1));
    assertThat(after.get("h/0/fc/kernel").shape()).containsExactly(4L, 4L);
    HostTensor out = after.get("h/0/out/kernel");
    for (int column = 0; column < 4; column++) {
      double old = before.get("h/0/out/kernel").at(4 + column);
      assertThat(out.at(4 + column)).isEqualTo(old / 2);
      assertThat(out.at(12 + column)).isEqualTo(old / 2);
    }
    assertThat(plan.rules().get("h/0/qkv/kernel")).isEqualTo(TensorRule.copy("h/0/qkv/kernel"));
    assertThat(plan.to().dimension("ffn")).isEqualTo(4);
  }

  /** Whole heads move, in each third of the fused kernel by itself; the final norm shares. */
  @Example
  void fusedHeadsAndTheNormBeforeATiedHead() {
    ModelSpec spec = Specs.gpt(1, 2, 2, 1, 2, DType.FLOAT64);
    GrowthPlan plan =
        GrowthPlan.from(spec)
            .width("heads", WidthPair.of(AxisMap.tile(2, 2)))
            .width("residual", WidthPair.of(AxisMap.tile(4, 2)))
            .build();
    Map<String, HostTensor> before = Specs.tensors(spec, 3);
    Map<String, HostTensor> after = EXECUTOR.execute(plan, before);
    HostTensor small = before.get("h/0/qkv/kernel");
    HostTensor large = after.get("h/0/qkv/kernel");
    assertThat(large.shape()).containsExactly(8L, 24L);
    for (int row = 0; row < 8; row++) {
      for (int third = 0; third < 3; third++) {
        for (int unit = 0; unit < 8; unit++) {
          assertThat(large.at(row * 24 + third * 8 + unit))
              .isEqualTo(small.at((row % 4) * 12 + third * 4 + unit % 4) / 2);
        }
      }
    }
    for (int i = 0; i < 8; i++) {
      assertThat(after.get("lnf/scale").at(i)).isEqualTo(before.get("lnf/scale").at(i % 4) / 2);
      assertThat(after.get("h/0/ln/scale").at(i)).isEqualTo(before.get("h/0/ln/scale").at(i % 4));
      assertThat(after.get("wte").at(i)).isEqualTo(before.get("wte").at(i % 4));
      assertThat(after.get("wpe").at(i)).isEqualTo(before.get("wpe").at(i % 4));
    }
  }

  /** x'W' = (xW)' for x' = Mx and W' by the rule: a feed-forward layer keeps what it computes. */
  @Property
  void contractingPreservesTheLinearMap(@ForAll("seeds") long seed) {
    ModelSpec spec = Specs.gpt(1, 1, 3, 4, 2, DType.FLOAT64);
    SeededRandom random = SeededRandom.of(seed);
    List<Integer> sources =
        java.util.stream.IntStream.range(0, 4 + random.below(0, 4))
            .mapToObj(i -> i < 4 ? i : random.below(i, 4))
            .toList();
    WidthPair pair = WidthPair.of(AxisMap.selection(4, sources));
    GrowthPlan plan = GrowthPlan.from(spec).width("ffn", pair).build();
    Map<String, HostTensor> before = Specs.tensors(spec, seed);
    Map<String, HostTensor> after = EXECUTOR.execute(plan, before);
    double[] x = {0.3, -1.2, 2.5};
    double[] small = times(times(x, before.get("h/0/fc/kernel")), before.get("h/0/out/kernel"));
    double[] large = times(times(x, after.get("h/0/fc/kernel")), after.get("h/0/out/kernel"));
    assertThat(large).containsExactly(small, Offset.offset(1e-12));
  }

  private static double[] times(double[] x, HostTensor kernel) {
    int columns = kernel.shape().get(1).intValue();
    double[] y = new double[columns];
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < columns; j++) {
        y[j] += x[i] * kernel.at(i * columns + j);
      }
    }
    return y;
  }

  @Example
  void ownRulesEpsilonAndClaims() {
    ModelSpec spec = Specs.tiny(1);
    TensorRule fill = new TensorRule.Fill(new Initializer.Normal(0, 1), 5);
    GrowthPlan plan =
        GrowthPlan.from(spec)
            .blocks(2, t -> 0)
            .rule("h/1/fc/bias", fill)
            .normEpsilon(1e-6)
            .claim(Claim.FUNCTION_PRESERVING)
            .build();
    assertThat(plan.rules().get("h/1/fc/bias")).isEqualTo(fill);
    assertThat(plan.to().attributes().normEpsilon()).hasValue(1e-6);
    assertThat(plan.claims()).containsExactly(Claim.FUNCTION_PRESERVING);
    SeededRandom stream = SeededRandom.of(5).stream("h/1/fc/bias");
    assertThat(EXECUTOR.execute(plan, Specs.tensors(spec, 1)).get("h/1/fc/bias").at(4))
        .isEqualTo((float) stream.normal(4));
  }

  @Example
  void whatCannotBeIsRefused() {
    ModelSpec spec = Specs.tiny(3);
    GrowthPlanBuilder plan = GrowthPlan.from(spec);
    assertThatThrownBy(() -> plan.blocks(6, t -> t)).hasMessageContaining("source 3 is outside");
    assertThatThrownBy(() -> plan.blocks(0, t -> t)).hasMessageContaining("at least one block");
    assertThatThrownBy(() -> plan.blocks(BlockMap.identity(2)))
        .hasMessage("the block map takes 2 blocks, the model has 3");
    assertThatThrownBy(() -> plan.width("depth", WidthPair.of(AxisMap.identity(2))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("no dimension 'depth'");
    assertThatThrownBy(() -> plan.width("ffn", WidthPair.of(AxisMap.tile(4, 2))))
        .hasMessage("the maps of 'ffn' take 4 elements, the model has 5");
    assertThatThrownBy(
            () -> GrowthPlan.from(spec).rule("h/1/fc/bia", TensorRule.copy("wte")).build())
        .hasMessage(
            "there is a rule for 'h/1/fc/bia', which the next model does not have; did you mean"
                + " 'h/1/fc/bias'?");
    assertThatThrownBy(
            () -> GrowthPlan.from(spec).rule("h/1/fc/bias", TensorRule.copy("wte")).build())
        .hasMessageContaining("cannot be a copy of 'wte'");
    assertThatThrownBy(
            () -> GrowthPlan.from(spec).rule("h/1/fc/bias", TensorRule.copy("nothing")).build())
        .hasMessageContaining("'nothing', which the model does not have");
    assertThatThrownBy(
            () ->
                GrowthPlan.from(spec)
                    .rule("counter", new TensorRule.Fill(new Initializer.Normal(0, 1), 0))
                    .build())
        .hasMessageContaining("'counter' is INT64");
  }
}
