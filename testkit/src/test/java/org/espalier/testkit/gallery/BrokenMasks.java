package org.espalier.testkit.gallery;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthPlanBuilder;
import org.espalier.api.GrowthRequest;
import org.espalier.api.MaskRule;
import org.espalier.api.MaskSpec;
import org.espalier.api.Operator;
import org.espalier.api.Parameter;
import org.espalier.api.Spi;
import org.espalier.api.TensorRule;
import org.espalier.testkit.gallery.Sound.Factor;

/** What is wrong with the masks of a plan. */
public final class BrokenMasks {
  private BrokenMasks() {}

  /** Returns the plan that gives each kernel of the blocks a mask that a kernel makes. */
  private static GrowthPlan computed(GrowthRequest<Factor> request, String kernel) {
    GrowthPlanBuilder plan = GrowthPlan.from(request.model());
    for (Parameter parameter : request.model().parameters()) {
      if (parameter.inBlocks() && parameter.role().endsWith(".kernel")) {
        MaskSpec full = MaskSpec.of(parameter, 1, request.model().dimensions());
        plan.mask(
            parameter.name(),
            new MaskRule(
                full.withActive(1), new TensorRule.Compute(kernel, List.of(), Map.of(), 0)));
      }
    }
    return plan.build();
  }

  /** Rule 17. */
  @Operator(id = "gallery:missing-mask-kernel", spi = Spi.VERSION, summary = "Keep")
  public static final class MissingMaskKernel implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return computed(request, "gallery:missing");
    }
  }

  /** Rule 31: more blocks in use than the rule says. */
  @Operator(id = "gallery:miscounts", spi = Spi.VERSION, summary = "Use one element of each kernel")
  public static final class Miscounts implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return computed(request, Kernels.TwoInUse.ID);
    }
  }

  /** Rule 31: another mask at each call. */
  @Operator(id = "gallery:wanders", spi = Spi.VERSION, summary = "Use one element of each kernel")
  public static final class Wanders implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return computed(request, Kernels.Wandering.ID);
    }
  }

  /** Rule 32: says what becomes of one mask, so that the others are not taken along. */
  @Operator(id = "gallery:forgets-masks", spi = Spi.VERSION, summary = "Keep the first mask")
  public static final class ForgetsMasks implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      GrowthPlanBuilder plan = GrowthPlan.from(request.model());
      request.masks().entrySet().stream()
          .min(Map.Entry.comparingByKey())
          .ifPresent(m -> plan.mask(m.getKey(), MaskRule.copy(m.getKey(), m.getValue())));
      return plan.build();
    }
  }

  /** Rule 32: asks the model for what only a dense one has. */
  @Operator(id = "gallery:crashes-on-masks", spi = Spi.VERSION, summary = "Keep dense models")
  public static final class CrashesOnMasks implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      if (!request.masks().isEmpty()) {
        throw new IllegalStateException("the model has masks");
      }
      return Sound.keep(request);
    }
  }
}
