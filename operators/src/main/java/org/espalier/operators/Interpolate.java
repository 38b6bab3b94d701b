package org.espalier.operators;

import com.google.auto.service.AutoService;
import java.util.List;
import org.espalier.api.Default;
import org.espalier.api.EspalierException;
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

/**
 * Mixes a model with a reference of the same shapes.
 *
 * <pre>  W' = (1 − α)·W + α·W_reference</pre>
 *
 * over every parameter; α = 0 copies the model, α = 1 the reference. Numbers that are not floating
 * point cannot be mixed and stay the model's, unless α is 1.
 *
 * <p>Source: Zou et al., "A Multi-Level Framework for Accelerating Training Transformer Models",
 * ICLR 2024, arXiv 2404.07999, whose α is the weight of the de-coalesced model: there the model is
 * the large one and the reference the de-coalesced, or the other way round with 1 − α.
 */
@AutoService(GrowthOperator.class)
@SuppressWarnings("rawtypes") // A service is registered by its raw class.
@Operator(
    id = "interpolate",
    spi = Spi.VERSION,
    summary = "Mix the model with a reference of the same shapes")
public final class Interpolate implements GrowthOperator<Interpolate.Options> {
  private static final String REFERENCE = "reference";

  /**
   * The share of the reference.
   *
   * @param alpha from 0 to 1
   * @param overrides {@code SELECTOR:ALPHA} for parameters that differ, such as {@code
   *     role=embedding:0} or {@code blocks=0..2:0.75}; the last that matches counts
   */
  public record Options(@Default("0.5") double alpha, @Default("[]") List<String> overrides) {
    /** Checks the ranges and selectors. */
    public Options {
      Share.check("alpha", alpha);
      overrides = List.copyOf(overrides);
      overrides.forEach(Share::parse);
    }

    /** Returns the options with one α for all. */
    public static Options of(double alpha) {
      return new Options(alpha, List.of());
    }
  }

  @Override
  public GrowthPlan plan(GrowthRequest<Options> request) {
    ModelSpec model = request.model();
    ModelSpec reference = request.reference(REFERENCE);
    Alike.check(model, reference);
    List<Share> shares = request.options().overrides().stream().map(Share::parse).toList();
    for (Share share : shares) {
      if (model.parameters().stream().noneMatch(p -> share.selector().matches(p, model.blocks()))) {
        throw new EspalierException(
            "overrides holds '%s', which selects no parameter of the model".formatted(share));
      }
    }
    GrowthPlanBuilder plan = GrowthPlan.from(model);
    for (Parameter parameter : model.parameters()) {
      double alpha = request.options().alpha();
      for (Share share : shares) {
        if (share.selector().matches(parameter, model.blocks())) {
          alpha = share.alpha();
        }
      }
      plan.rule(parameter.name(), rule(parameter, reference, alpha));
    }
    return plan.build();
  }

  private static TensorRule rule(Parameter parameter, ModelSpec reference, double alpha) {
    TensorSource own = TensorSource.model(parameter.name());
    TensorSource other = new TensorSource.FromReference(REFERENCE, parameter.name());
    if (alpha == 0 || (alpha < 1 && !parameter.dtype().isFloating())) {
      return new TensorRule.Copy(own);
    }
    boolean sameType =
        reference.parameter(parameter.name()).orElseThrow().dtype() == parameter.dtype();
    if (alpha == 1) {
      return sameType
          ? new TensorRule.Copy(other)
          : new TensorRule.Combine(List.of(new TensorRule.Term(other, 1, List.of())));
    }
    return new TensorRule.Combine(
        List.of(
            new TensorRule.Term(own, 1 - alpha, List.of()),
            new TensorRule.Term(other, alpha, List.of())));
  }
}
