package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SlotRulesTest {
  private static final ModelSpec SPEC = Specs.gpt(2, 2, 2, 3, 2, DType.FLOAT32);
  private static final TensorRule ZEROS = new TensorRule.Fill(Initializer.zeros(), 0);

  @Test
  void copiedParametersKeepSlotsAndSteps() {
    GrowthPlan plan = GrowthPlan.from(SPEC).blocks(4, t -> t % 2).build();
    Map<String, TensorRule> slots = plan.slotRules(SlotPolicy.COPY, Moment.SECOND);
    assertThat(slots.get("h/3/fc/bias")).isEqualTo(TensorRule.copy("h/1/fc/bias"));
    assertThat(plan.stepSources(SlotPolicy.COPY)).containsEntry("h/3/fc/bias", "h/1/fc/bias");
    assertThat(slots).doesNotContainKey("counter");
  }

  @Test
  void resetStartsAll() {
    GrowthPlan plan = GrowthPlan.from(SPEC).blocks(4, t -> t % 2).build();
    assertThat(plan.slotRules(SlotPolicy.RESET, Moment.FIRST).values())
        .hasSize(plan.to().parameters().size() - 1)
        .allMatch(ZEROS::equals);
    assertThat(plan.stepSources(SlotPolicy.RESET)).isEmpty();
  }

  @Test
  void combinedBlocksCombineTheirSlots() {
    BlockMap map =
        new BlockMap(
            AxisMap.matrix(
                2, List.of(List.of(new AxisMap.Entry(0, 0.25), new AxisMap.Entry(1, 0.75)))));
    GrowthPlan plan = GrowthPlan.from(SPEC).blocks(map).build();
    assertThat(plan.slotRules(SlotPolicy.COPY, Moment.SECOND).get("h/0/fc/bias"))
        .isEqualTo(plan.rules().get("h/0/fc/bias"));
    assertThat(plan.stepSources(SlotPolicy.COPY)).containsEntry("h/0/fc/bias", "h/1/fc/bias");
  }

  @Test
  void widthCopiesSlotsWithoutSharingThem() {
    GrowthPlan plan = GrowthPlan.from(SPEC).width("ffn", WidthPair.of(AxisMap.tile(3, 2))).build();
    AxisMap same = AxisMap.identity(4);
    assertThat(maps(plan.rules().get("h/0/out/kernel")).get(0).row(0).get(0).weight())
        .isEqualTo(0.5);
    assertThat(maps(plan.slotRules(SlotPolicy.COPY, Moment.SECOND).get("h/0/out/kernel")))
        .containsExactly(AxisMap.tile(3, 2), same);
  }

  private static List<AxisMap> maps(TensorRule rule) {
    return ((TensorRule.Combine) rule).terms().get(0).maps();
  }

  @Test
  void whatHasNoPastStartsAtZero() {
    TensorSource own = TensorSource.model("h/0/fc/bias");
    TensorSource other = new TensorSource.FromReference("fine", "h/0/fc/bias");
    GrowthPlan plan =
        GrowthPlan.from(SPEC)
            .rule("h/0/fc/bias", new TensorRule.Copy(other))
            .rule("h/1/fc/bias", combine(own, 0.5, other, 0.5))
            .rule("wte", new TensorRule.Fill(new Initializer.Constant(1), 0))
            .rule("h/0/ln/scale", new TensorRule.Compute("acme:k", List.of(own), Map.of(), 0))
            .rule(
                "h/1/ln/scale",
                combine(
                    TensorSource.model("h/0/ln/scale"), 2, TensorSource.model("h/1/ln/scale"), -1))
            .build();
    Map<String, TensorRule> slots = plan.slotRules(SlotPolicy.COPY, Moment.SECOND);
    assertThat(slots.get("h/0/fc/bias")).isEqualTo(ZEROS);
    assertThat(slots.get("wte")).isEqualTo(ZEROS);
    assertThat(slots.get("h/0/ln/scale")).isEqualTo(ZEROS);
    // A second moment must not turn negative.
    assertThat(slots.get("h/1/ln/scale")).isEqualTo(ZEROS);
    assertThat(slots.get("h/1/fc/bias"))
        .isEqualTo(new TensorRule.Combine(List.of(new TensorRule.Term(own, 0.5, List.of()))));
    assertThat(plan.stepSources(SlotPolicy.COPY))
        .doesNotContainKeys("h/0/fc/bias", "wte", "h/0/ln/scale", "h/1/ln/scale")
        .containsEntry("h/1/fc/bias", "h/0/fc/bias");
  }

  private static TensorRule combine(TensorSource a, double x, TensorSource b, double y) {
    return new TensorRule.Combine(
        List.of(new TensorRule.Term(a, x, List.of()), new TensorRule.Term(b, y, List.of())));
  }
}
