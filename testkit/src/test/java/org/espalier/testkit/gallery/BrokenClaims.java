package org.espalier.testkit.gallery;

import static org.espalier.api.Claim.FUNCTION_PRESERVING;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.api.AxisMap;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthPlanBuilder;
import org.espalier.api.GrowthRequest;
import org.espalier.api.Initializer;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.espalier.api.Spi;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.api.WidthPair;
import org.espalier.testkit.gallery.Sound.Factor;

/** What is wrong with what is claimed. */
public final class BrokenClaims {
  private BrokenClaims() {}

  private static boolean isTransformer(ModelSpec model) {
    return model.dimensions().containsKey("residual");
  }

  /** Rule 21. */
  @Operator(id = "gallery:undeclared", spi = Spi.VERSION, summary = "Keep")
  public static final class Undeclared implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return GrowthPlan.from(request.model()).claim(FUNCTION_PRESERVING).build();
    }
  }

  /** Rule 21. */
  @Operator(
      id = "gallery:unclaimed",
      spi = Spi.VERSION,
      summary = "Keep",
      claims = FUNCTION_PRESERVING)
  public static final class Unclaimed implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.keep(request);
    }
  }

  /** Rule 22: copies the units of the feed-forward layer and forgets to share their weights. */
  @Operator(
      id = "gallery:no-shares",
      spi = Spi.VERSION,
      summary = "Double the feed-forward layer",
      claims = FUNCTION_PRESERVING)
  public static final class ForgetsToShare implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      GrowthPlanBuilder plan = GrowthPlan.from(request.model()).claim(FUNCTION_PRESERVING);
      if (isTransformer(request.model())) {
        AxisMap copies = AxisMap.tile(request.model().dimension("ffn"), 2);
        plan.width("ffn", new WidthPair(copies, copies));
      }
      return plan.build();
    }
  }

  /** Rule 23: mixes the elements of a head. */
  @Operator(
      id = "gallery:splits-heads",
      spi = Spi.VERSION,
      summary = "Reverse the elements of values",
      claims = FUNCTION_PRESERVING)
  public static final class SplitsHeads implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return reversed(request, Roles.VALUE_KERNEL);
    }
  }

  /** Rule 23: queries from other heads than keys. */
  @Operator(
      id = "gallery:parts-heads",
      spi = Spi.VERSION,
      summary = "Reverse the heads of queries",
      claims = FUNCTION_PRESERVING)
  public static final class PartsQueriesAndKeys implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return reversed(request, Roles.QUERY_KERNEL);
    }
  }

  private static GrowthPlan reversed(GrowthRequest<?> request, String role) {
    ModelSpec model = request.model();
    GrowthPlanBuilder plan = GrowthPlan.from(model).claim(FUNCTION_PRESERVING);
    for (Parameter parameter : model.parameters()) {
      if (parameter.role().equals(role)) {
        int rows = parameter.shape().get(0).intValue();
        int columns = parameter.shape().get(1).intValue();
        AxisMap reversal =
            AxisMap.selection(
                columns, IntStream.range(0, columns).mapToObj(i -> columns - 1 - i).toList());
        plan.rule(
            parameter.name(),
            new TensorRule.Combine(
                List.of(
                    new TensorRule.Term(
                        TensorSource.model(parameter.name()),
                        1,
                        List.of(AxisMap.identity(rows), reversal)))));
      }
    }
    return plan.build();
  }

  /** Rule 24: one element of the stream twice, the others once. */
  @Operator(
      id = "gallery:uneven",
      spi = Spi.VERSION,
      summary = "Copy one element of the stream",
      claims = FUNCTION_PRESERVING)
  public static final class UnevenStream implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      GrowthPlanBuilder plan = GrowthPlan.from(request.model()).claim(FUNCTION_PRESERVING);
      if (isTransformer(request.model())) {
        int width = request.model().dimension("residual");
        List<Integer> sources = new ArrayList<>(IntStream.range(0, width).boxed().toList());
        sources.add(0);
        plan.width("residual", WidthPair.of(AxisMap.selection(width, sources)));
      }
      return plan.build();
    }
  }

  /** Rule 24: keeps all maps and changes what norms add to the variance. */
  @Operator(
      id = "gallery:epsilon",
      spi = Spi.VERSION,
      summary = "Double the stream and the norms' epsilon",
      claims = FUNCTION_PRESERVING)
  public static final class ChangesEpsilon implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      GrowthPlanBuilder plan = GrowthPlan.from(request.model()).claim(FUNCTION_PRESERVING);
      if (isTransformer(request.model())) {
        int width = request.model().dimension("residual");
        plan.width("residual", WidthPair.of(AxisMap.tile(width, 2)));
        plan.normEpsilon(2 * request.model().attributes().normEpsilon().orElseThrow());
      }
      return plan.build();
    }
  }

  /** Rule 25: stacking computes another function. */
  @Operator(
      id = "gallery:stacks",
      spi = Spi.VERSION,
      summary = "Stack the blocks",
      claims = FUNCTION_PRESERVING)
  public static final class ClaimsToStack implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      int blocks = request.model().blocks();
      GrowthPlanBuilder plan = GrowthPlan.from(request.model()).claim(FUNCTION_PRESERVING);
      if (blocks > 0) {
        plan.blocks(2 * blocks, t -> t % blocks);
      }
      return plan.build();
    }
  }

  /** Rule 25: new blocks whose kernels are zero, but not their biases. */
  @Operator(
      id = "gallery:leaves-biases",
      spi = Spi.VERSION,
      summary = "Append a block that should do nothing",
      claims = FUNCTION_PRESERVING)
  public static final class LeavesBiases implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      ModelSpec model = request.model();
      GrowthPlanBuilder plan = GrowthPlan.from(model).claim(FUNCTION_PRESERVING);
      if (model.blocks() == 0) {
        return plan.build();
      }
      plan.blocks(model.blocks() + 1, t -> Math.min(t, model.blocks() - 1));
      for (Parameter parameter : model.parametersOf(0)) {
        if (parameter.role().equals(Roles.ATTENTION_OUTPUT_KERNEL)
            || parameter.role().equals(Roles.FFN_OUTPUT_KERNEL)) {
          plan.rule(parameter.nameIn(model.blocks()), new TensorRule.Fill(Initializer.zeros(), 0));
        }
      }
      return plan.build();
    }
  }

  /** Rule 25: copies the norm before a tied head, so that logits are twice as large. */
  @Operator(
      id = "gallery:tied-head",
      spi = Spi.VERSION,
      summary = "Double the stream",
      claims = FUNCTION_PRESERVING)
  public static final class ForgetsTiedHead implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      ModelSpec model = request.model();
      GrowthPlanBuilder plan = GrowthPlan.from(model).claim(FUNCTION_PRESERVING);
      if (!isTransformer(model)) {
        return plan.build();
      }
      AxisMap copies = AxisMap.tile(model.dimension("residual"), 2);
      plan.width("residual", WidthPair.of(copies));
      for (Parameter parameter : model.parameters()) {
        if (parameter.role().startsWith("final.norm") || parameter.role().startsWith("head.norm")) {
          plan.rule(
              parameter.name(),
              new TensorRule.Combine(
                  List.of(
                      new TensorRule.Term(
                          TensorSource.model(parameter.name()), 1, List.of(copies)))));
        }
      }
      return plan.build();
    }
  }
}
