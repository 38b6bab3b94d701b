package org.espalier.testkit.gallery;

import java.util.List;
import org.espalier.api.Claim;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthPlanBuilder;
import org.espalier.api.GrowthRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Parameter;
import org.espalier.api.Spi;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;

/** An operator that breaks no rule, and what the broken ones share. */
@Operator(
    id = "gallery:sound",
    spi = Spi.VERSION,
    summary = "Keep the model",
    claims = Claim.FUNCTION_PRESERVING)
public final class Sound implements GrowthOperator<Sound.Factor> {
  /** How many times. */
  public record Factor(int factor) {
    /** Checks the range. */
    public Factor {
      if (factor < 1) {
        throw new IllegalArgumentException("factor is " + factor + ", must be at least 1");
      }
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Factor> request) {
    return GrowthPlan.from(request.model()).claim(Claim.FUNCTION_PRESERVING).build();
  }

  /** Returns the plan that keeps the model and claims nothing. */
  static GrowthPlan keep(GrowthRequest<?> request) {
    return GrowthPlan.from(request.model()).build();
  }

  /** Returns the plan that keeps all but the first floating parameter, which {@code rule} makes. */
  static GrowthPlan withRule(GrowthRequest<?> request, TensorRule rule) {
    GrowthPlanBuilder plan = GrowthPlan.from(request.model());
    first(request.model()).ifPresent(parameter -> plan.rule(parameter.name(), rule));
    return plan.build();
  }

  /** Returns the plan in which the first floating parameter is a sum of itself. */
  static GrowthPlan withFactors(GrowthRequest<?> request, double... factors) {
    GrowthPlanBuilder plan = GrowthPlan.from(request.model());
    first(request.model())
        .ifPresent(
            parameter ->
                plan.rule(
                    parameter.name(),
                    new TensorRule.Combine(
                        java.util.Arrays.stream(factors)
                            .mapToObj(
                                factor ->
                                    new TensorRule.Term(
                                        TensorSource.model(parameter.name()), factor, List.of()))
                            .toList())));
    return plan.build();
  }

  static java.util.Optional<Parameter> first(ModelSpec model) {
    return model.parameters().stream().filter(p -> p.dtype().isFloating()).findFirst();
  }
}
