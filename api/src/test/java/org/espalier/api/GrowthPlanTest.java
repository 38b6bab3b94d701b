package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class GrowthPlanTest {
  private static final ModelSpec SPEC = Specs.tiny(2);

  @Test
  void everyParameterNeedsARuleAndNoOtherMayHaveOne() {
    GrowthPlan plan = GrowthPlan.from(SPEC).build();
    Map<String, TensorRule> rules = new HashMap<>(plan.rules());
    rules.put("extra", rules.remove("wte"));
    assertThatThrownBy(
            () -> new GrowthPlan(SPEC, SPEC, plan.blocks(), Map.of(), rules, Set.of(), List.of()))
        .hasMessage("parameters without a rule: [wte]; rules without a parameter: [extra]");
  }

  @Test
  void mapsMustFitTheModels() {
    GrowthPlan plan = GrowthPlan.from(SPEC).build();
    assertThatThrownBy(
            () ->
                new GrowthPlan(
                    SPEC, SPEC, BlockMap.identity(3), Map.of(), plan.rules(), Set.of(), List.of()))
        .hasMessageContaining("from 3 to 3 blocks, the models have 2 and 2");
    assertThatThrownBy(
            () ->
                new GrowthPlan(
                    SPEC,
                    SPEC,
                    plan.blocks(),
                    Map.of("ffn", WidthPair.of(AxisMap.tile(5, 2))),
                    plan.rules(),
                    Set.of(),
                    List.of()))
        .hasMessageContaining("the maps of 'ffn' are from 5 to 10 elements");
    TensorRule wrong =
        new TensorRule.Combine(
            List.of(
                new TensorRule.Term(
                    TensorSource.model("h/0/fc/bias"), 1, List.of(AxisMap.tile(5, 2)))));
    assertThatThrownBy(() -> GrowthPlan.from(SPEC).rule("h/0/fc/bias", wrong).build())
        .hasMessage("the rule of 'h/0/fc/bias' makes the shape [10], not [5]");
    TensorRule integers =
        new TensorRule.Combine(
            List.of(new TensorRule.Term(TensorSource.model("counter"), 2, List.of())));
    assertThatThrownBy(() -> GrowthPlan.from(SPEC).rule("counter", integers).build())
        .hasMessage("'counter' is INT64 and can only be copied");
  }

  @Test
  void printsForPeople() {
    GrowthPlan plan =
        GrowthPlan.from(Specs.tiny(3))
            .blocks(6, t -> t % 3)
            .width("ffn", WidthPair.of(AxisMap.tile(5, 2)))
            .normEpsilon(0.001)
            .build();
    assertThat(plan.toString())
        .isEqualTo(
            """
            Plan for a gpt model of 3 blocks
              blocks      3 -> 6
                          0 1 2 0 1 2
                          80 % of neighbours stay together
              ffn         5 -> 10
              norm ε      1.0E-5 -> 0.001
              parameters  725 -> 1,760   in 41 tensors
              size        2.9 kB -> 7.0 kB
              tensors     embedding    2 copied
                          attention    18 copied
                          ffn          12 repeated, 6 shared
                          final        1 copied
                          head         1 copied
                          unknown      1 copied
              claims      none
                          not function preserving: ε of the norms fails: it must be 1.00000e-05,
                            the old one times 1.00000, and is 0.00100000
              slots       reset, copy or scaled""");
  }

  @Test
  void aPlanForManyBlocksStaysShort() {
    GrowthPlan plan = GrowthPlan.from(Specs.tiny(24)).blocks(48, t -> t % 24).build();
    assertThat(plan.toString().lines()).hasSizeLessThan(40).allMatch(line -> line.length() <= 90);
    BlockMap means =
        new BlockMap(
            AxisMap.groupMean(
                24,
                java.util.stream.IntStream.range(0, 12)
                    .mapToObj(i -> List.of(2 * i, 2 * i + 1))
                    .toList()));
    assertThat(GrowthPlan.from(Specs.tiny(24)).blocks(means).build().toString())
        .contains("0.5·0+0.5·1 0.5·2+0.5·3")
        .contains("mean of 2");
  }
}
