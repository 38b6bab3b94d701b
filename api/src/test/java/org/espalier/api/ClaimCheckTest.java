package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.espalier.api.Condition.Outcome;
import org.junit.jupiter.api.Test;

class ClaimCheckTest {
  // residual 4 = 2 heads of 2, tied and pre-norm.
  private static final ModelSpec GPT = Specs.gpt(2, 2, 2, 3, 2, DType.FLOAT32);

  private static ClaimCheck check(GrowthPlanBuilder plan) {
    return plan.build().check(Claim.FUNCTION_PRESERVING);
  }

  private static void fails(GrowthPlanBuilder plan, String condition) {
    assertThat(check(plan).failure().orElseThrow()).asString().contains(condition);
  }

  @Test
  void unitsMayBeCopiedUnevenlyButNotTheResidualStream() {
    assertThat(check(GrowthPlan.from(GPT).width("ffn", copies(3, 0, 1, 1, 2, 2, 2))).outcome())
        .isEqualTo(Outcome.HOLDS);
    assertThat(check(GrowthPlan.from(GPT).width("residual", copies(4, 0, 1, 2, 3, 0, 1, 2, 3))))
        .extracting(ClaimCheck::outcome)
        .isEqualTo(Outcome.HOLDS);
    fails(
        GrowthPlan.from(GPT).width("residual", copies(4, 0, 1, 2, 3, 0)),
        "equal shares for the norms (residual) fails: elements are copied 1 to 2 times");
  }

  @Test
  void whatSpreadsMustBeGatheredAgain() {
    AxisMap twice = AxisMap.tile(3, 2);
    fails(
        GrowthPlan.from(GPT).width("ffn", new WidthPair(twice, twice)),
        "NᵀM = I (ffn) fails: the largest deviation is 1");
    fails(
        GrowthPlan.from(GPT)
            .width("heads", WidthPair.of(AxisMap.groupMean(2, List.of(List.of(0, 1))))),
        "NᵀM = I (heads) fails");
    fails(GrowthPlan.from(GPT).width("vocabulary", copies(2, 0, 1, 1)), "inputs and outputs");
  }

  /** What passes an activation or the softmax must be a copy, though NᵀM = I. */
  @Test
  void whatIsNotLinearMustBeCopiedWhole() {
    for (String dimension : List.of("ffn", "heads")) {
      int size = GPT.dimension(dimension);
      AxisMap doubled = diagonal(size, 2);
      fails(
          GrowthPlan.from(GPT).width(dimension, new WidthPair(doubled, diagonal(size, 0.5))),
          "element 0 is made of 1 old ones and is no plain copy of one");
    }
    AxisMap swapped = AxisMap.selection(2, List.of(1, 0));
    assertThat(check(GrowthPlan.from(GPT).width("heads", WidthPair.of(swapped))).outcome())
        .isEqualTo(Outcome.HOLDS);
  }

  /** A mean of all is one thing, a mean of two another: it draws the variance to those two. */
  @Test
  void theMeanOfSomeElementsChangesTheVariance() {
    List<List<AxisMap.Entry>> copies = new ArrayList<>();
    List<List<AxisMap.Entry>> shares = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      copies.add(List.of(new AxisMap.Entry(i, 1)));
      shares.add(List.of(new AxisMap.Entry(i, 1)));
    }
    copies.add(List.of(new AxisMap.Entry(0, 0.5), new AxisMap.Entry(1, 0.5)));
    shares.add(List.of());
    fails(
        GrowthPlan.from(GPT)
            .width("residual", new WidthPair(AxisMap.matrix(4, copies), AxisMap.matrix(4, shares))),
        "equal shares for the norms (residual) fails: the mean stays and the variance is scaled");
  }

  private static AxisMap diagonal(int size, double weight) {
    return AxisMap.matrix(
        size,
        IntStream.range(0, size).mapToObj(i -> List.of(new AxisMap.Entry(i, weight))).toList());
  }

  @Test
  void newBlocksMustAddNothing() {
    fails(GrowthPlan.from(GPT).blocks(4, t -> t % 2), "block 2 is block 0 again");
    fails(GrowthPlan.from(GPT).blocks(1, t -> t), "block 1 is left out");
    TensorRule zeros = new TensorRule.Fill(Initializer.zeros(), 0);
    GrowthPlanBuilder added =
        GrowthPlan.from(GPT)
            .blocks(3, t -> Math.min(t, 1))
            .rule("h/2/proj/kernel", zeros)
            .rule("h/2/out/kernel", zeros);
    assertThat(check(added).outcome()).isEqualTo(Outcome.HOLDS);
    ModelAttributes post =
        new ModelAttributes(
            ModelAttributes.NormPlacement.POST,
            GPT.attributes().normEpsilon(),
            GPT.attributes().activation(),
            true,
            true);
    fails(
        GrowthPlan.from(GPT.withAttributes(post))
            .blocks(3, t -> Math.min(t, 1))
            .rule("h/2/proj/kernel", zeros)
            .rule("h/2/out/kernel", zeros),
        "block 2 adds nothing, which is the identity on pre-norm models only");
  }

  @Test
  void rulesOfTheirOwnAreNotDecidedByTheMaps() {
    ClaimCheck check =
        check(GrowthPlan.from(GPT).rule("h/0/fc/bias", TensorRule.copy("h/1/fc/bias")));
    assertThat(check.outcome()).isEqualTo(Outcome.UNDECIDED);
    assertThat(check.open().orElseThrow()).asString().contains("'h/0/fc/bias'", "--verify");
  }

  @Test
  void theNormBeforeATiedHeadMustShare() {
    List<Parameter> parameters = new ArrayList<>(GPT.parameters());
    parameters.replaceAll(
        p ->
            p.role().equals(Roles.FINAL_NORM_SCALE)
                ? new Parameter(
                    p.pattern(),
                    p.block(),
                    p.role(),
                    p.dtype(),
                    p.shape(),
                    List.of(Axis.out("residual")),
                    true)
                : p);
    ModelSpec copying = new ModelSpec("gpt", 2, GPT.dimensions(), parameters, GPT.attributes());
    fails(
        GrowthPlan.from(copying).width("residual", copies(4, 0, 1, 2, 3, 0, 1, 2, 3)),
        "'lnf/scale' is made wrongly for a norm before a tied head");
  }

  /** LEMON: k copies, then the mean, with ε and the norms' scales made up for it. */
  @Test
  void averagedElementsNeedAnotherEpsilonAndScale() {
    fails(GrowthPlan.from(GPT).width("residual", lemon()), "scales and offsets of the norms");
    double factor = 4.0 / 6;
    assertThat(check(scaled(Math.sqrt(factor)).normEpsilon(1e-5 * factor)).outcome())
        .isEqualTo(Outcome.HOLDS);
    fails(
        scaled(Math.sqrt(factor)),
        "ε of the norms fails: it must be 6.66667e-06, the old one times 0.666667");
    fails(scaled(factor).normEpsilon(1e-5 * factor), "scales and offsets of the norms");
  }

  private static GrowthPlanBuilder scaled(double scale) {
    GrowthPlanBuilder plan = GrowthPlan.from(GPT).width("residual", lemon());
    for (String name : List.of("h/0/ln/scale", "h/1/ln/scale", "lnf/scale")) {
      plan.rule(
          name,
          new TensorRule.Combine(
              List.of(
                  new TensorRule.Term(
                      TensorSource.model(name), scale, List.of(AxisMap.pad(4, 6))))));
    }
    return plan;
  }

  private static WidthPair lemon() {
    List<AxisMap.Entry> mean =
        IntStream.range(0, 4).mapToObj(i -> new AxisMap.Entry(i, 0.25)).toList();
    List<List<AxisMap.Entry>> rows = new ArrayList<>();
    IntStream.range(0, 4).forEach(i -> rows.add(List.of(new AxisMap.Entry(i, 1))));
    rows.add(mean);
    rows.add(mean);
    return new WidthPair(AxisMap.matrix(4, rows), AxisMap.pad(4, 6));
  }

  @Operator(
      id = "acme:false",
      spi = Spi.VERSION,
      summary = "Claims what is not so",
      claims = Claim.FUNCTION_PRESERVING)
  static final class FalseClaim implements GrowthOperator<FalseClaim.Options> {
    /** No options. */
    record Options() {}

    @Override
    public GrowthPlan plan(GrowthRequest<Options> request) {
      return GrowthPlan.from(request.model())
          .width("residual", copies(4, 0, 1, 2, 3, 0))
          .claim(Claim.FUNCTION_PRESERVING)
          .build();
    }
  }

  @Test
  void aClaimThatTheMapsContradictIsRefused() {
    RegisteredOperator operator = OperatorRegistry.of(new FalseClaim()).find("acme:false");
    assertThatThrownBy(() -> operator.plan(GPT, Map.of(), 0, Lineage.empty(), Map.of()))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "operator 'acme:false': the plan claims to preserve the function, but equal shares for"
                + " the norms (residual) fails: elements are copied 1 to 2 times, which changes"
                + " mean and variance");
  }

  @Test
  void thePlanSaysWhatItClaimsAndWhatFails() {
    assertThat(GrowthPlan.from(GPT).blocks(4, t -> t % 2).build().toString())
        .contains("claims      none", "not function preserving: blocks fails: block 2 is block 0");
    assertThat(
            GrowthPlan.from(GPT)
                .width("ffn", copies(3, 0, 1, 1, 2))
                .claim(Claim.FUNCTION_PRESERVING)
                .build()
                .toString())
        .contains(
            "claims      function preserving, which the maps bear out",
            "NᵀM = I (ffn) holds",
            "4 repeated, 2 shared",
            "slots       reset, copy or scaled");
  }

  private static WidthPair copies(int oldSize, Integer... sources) {
    return WidthPair.of(AxisMap.selection(oldSize, List.of(sources)));
  }
}
