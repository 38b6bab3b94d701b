package org.espalier.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.AxisMap;
import org.espalier.api.Claim;
import org.espalier.api.Condition;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.HostTensor;
import org.espalier.api.ModelSpec;
import org.espalier.api.Moment;
import org.espalier.api.ReferenceExecutor;
import org.espalier.api.SlotPolicy;
import org.espalier.api.TensorRule;
import org.espalier.api.WidthPair;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scaled slots against the gradients of both models, by finite differences. */
class ScaledSlotsTest {
  private static final ReferenceExecutor EXECUTOR = new ReferenceExecutor();

  @ParameterizedTest
  @CsvSource({
    "bert, true, halves",
    "bert, false, adjacent:3",
    "gpt, true, adjacent:3",
    "gpt, false, halves",
    "vit, false, halves"
  })
  void areTheMomentsOfTheLargerModel(String family, boolean tied, String residual) {
    ModelSpec small = spec(family, tied);
    GrowthPlan plan =
        new Decoalesce()
            .plan(
                GrowthRequest.of(
                    small,
                    new Decoalesce.Options("[[0,2],[1]]", "[[0],[1,2,3]]", residual, "keep"),
                    0));
    Map<String, HostTensor> tensors = Architectures.tensors(small, 7);
    Map<String, HostTensor> gradient = gradient(small, tensors);
    Map<String, HostTensor> wanted = gradient(plan.to(), EXECUTOR.execute(plan, tensors));
    check(made(plan, Moment.FIRST, gradient), wanted);
    check(made(plan, Moment.SECOND, squared(gradient)), squared(wanted));
    assertThat(plan.stepSources(SlotPolicy.SCALED)).hasSameSizeAs(wanted);
  }

  @Test
  void unequalSharesOfUnitsAreExactToo() {
    ModelSpec small = spec("gpt", true);
    AxisMap copies = AxisMap.selection(2, List.of(0, 0, 0, 1));
    AxisMap shares =
        AxisMap.matrix(
            2,
            List.of(
                List.of(new AxisMap.Entry(0, 0.2)),
                List.of(new AxisMap.Entry(0, 0.5)),
                List.of(new AxisMap.Entry(0, 0.3)),
                List.of(new AxisMap.Entry(1, 1))));
    GrowthPlan plan = GrowthPlan.from(small).width("ffn", new WidthPair(copies, shares)).build();
    Map<String, HostTensor> tensors = Architectures.tensors(small, 8);
    check(
        made(plan, Moment.FIRST, gradient(small, tensors)),
        gradient(plan.to(), EXECUTOR.execute(plan, tensors)));
  }

  @Test
  void largerHeadsOfScaledQueriesAreExactToo() {
    ModelSpec small = spec("bert", true);
    WidthPair twice = WidthPair.of(AxisMap.tile(2, 2));
    GrowthPlan plain = GrowthPlan.from(small).width("head_size", twice).build();
    var builder = GrowthPlan.from(small).width("head_size", twice);
    for (String name : List.of("encoder/0/query/kernel", "encoder/0/query/bias")) {
      TensorRule.Term term = ((TensorRule.Combine) plain.rules().get(name)).terms().get(0);
      builder.rule(
          name,
          new TensorRule.Combine(
              List.of(new TensorRule.Term(term.source(), Math.sqrt(0.5), term.maps()))));
    }
    GrowthPlan plan = builder.build();
    Map<String, HostTensor> tensors = Architectures.tensors(small, 9);
    Map<String, HostTensor> grown = EXECUTOR.execute(plan, tensors);
    assertThat(Networks.outputs(plan.to(), grown))
        .containsExactly(Networks.outputs(small, tensors), within(1e-10));
    assertThat(plan.check(Claim.FUNCTION_PRESERVING).outcome()).isEqualTo(Condition.Outcome.HOLDS);
    assertThat(plain.check(Claim.FUNCTION_PRESERVING).failure().orElseThrow())
        .asString()
        .contains("must be scaled by 0.707107, and is by 1");
    Map<String, HostTensor> gradient = gradient(small, tensors);
    Map<String, HostTensor> wanted = gradient(plan.to(), grown);
    check(made(plan, Moment.FIRST, gradient), wanted);
    check(made(plan, Moment.SECOND, squared(gradient)), squared(wanted));
  }

  @Test
  void areRefusedByNameWhereTheyAreNotExact() {
    ModelSpec model = spec("gpt", true);
    refused(
        new Decoalesce()
            .plan(
                GrowthRequest.of(
                    model, new Decoalesce.Options("keep", "keep", "[[0,1],[2],[3]]", "keep"), 0)),
        "equal shares (residual) fails: shares go from 0.5000 to 1.000; use 'copy' or 'reset'");
    refused(
        new Coalesce()
            .plan(
                GrowthRequest.of(model, new Coalesce.Options("halves", "keep", "keep", "keep"), 0)),
        "NᵀM = I (heads) fails");
  }

  private static void refused(GrowthPlan plan, String why) {
    assertThatThrownBy(() -> plan.slotRules(SlotPolicy.SCALED, Moment.FIRST))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(why);
  }

  private static ModelSpec spec(String family, boolean tied) {
    return Architectures.spec(new Architectures.Sizes(family, 1, 2, 2, 2, 3, tied, DType.FLOAT64));
  }

  private static Map<String, HostTensor> made(
      GrowthPlan plan, Moment moment, Map<String, HostTensor> slots) {
    return EXECUTOR.execute(
        plan.to().parametersByName(), plan.slotRules(SlotPolicy.SCALED, moment), slots, Map.of());
  }

  private static void check(Map<String, HostTensor> made, Map<String, HostTensor> wanted) {
    assertThat(made.keySet()).isEqualTo(wanted.keySet());
    made.forEach(
        (name, tensor) ->
            assertThat(tensor.values())
                .as(name)
                .containsExactly(wanted.get(name).values(), within(1e-6)));
  }

  private static Map<String, HostTensor> squared(Map<String, HostTensor> tensors) {
    Map<String, HostTensor> squared = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            squared.put(
                name,
                HostTensor.of(
                    tensor.dtype(),
                    tensor.shape(),
                    Arrays.stream(tensor.values()).map(v -> v * v).toArray())));
    return squared;
  }

  /** The gradient of a fixed sum of all outputs, by central differences. */
  private static Map<String, HostTensor> gradient(ModelSpec spec, Map<String, HostTensor> tensors) {
    double step = 1e-5;
    Map<String, HostTensor> gradient = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          double[] values = tensor.values().clone();
          double[] slopes = new double[values.length];
          for (int i = 0; i < values.length; i++) {
            double old = values[i];
            values[i] = old + step;
            double above = loss(spec, tensors, name, values);
            values[i] = old - step;
            double below = loss(spec, tensors, name, values);
            values[i] = old;
            slopes[i] = (above - below) / (2 * step);
          }
          gradient.put(name, HostTensor.of(tensor.dtype(), tensor.shape(), slopes));
        });
    return gradient;
  }

  private static double loss(
      ModelSpec spec, Map<String, HostTensor> tensors, String name, double[] values) {
    Map<String, HostTensor> changed = new LinkedHashMap<>(tensors);
    HostTensor old = tensors.get(name);
    changed.put(name, HostTensor.of(old.dtype(), old.shape(), values.clone()));
    double[] outputs = Networks.outputs(spec, changed);
    double loss = 0;
    for (int i = 0; i < outputs.length; i++) {
      loss += Math.sin(1 + 2.3 * i) * outputs[i];
    }
    return loss;
  }
}
