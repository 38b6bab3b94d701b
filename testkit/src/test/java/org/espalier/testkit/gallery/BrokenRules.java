package org.espalier.testkit.gallery;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.Operator;
import org.espalier.api.Spi;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.testkit.gallery.Sound.Factor;

/** What is wrong with the rules of a plan. */
public final class BrokenRules {
  private BrokenRules() {}

  /** Rule 17. */
  @Operator(id = "gallery:missing-kernel", spi = Spi.VERSION, summary = "Keep")
  public static final class MissingKernel implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Kernels.withKernel(request, "gallery:missing", Map.of());
    }
  }

  /** Rule 17. */
  @Operator(id = "gallery:foreign-kernel", spi = Spi.VERSION, summary = "Keep")
  public static final class ForeignKernel implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Kernels.withKernel(request, Kernels.Foreign.ID, Map.of());
    }
  }

  /** Rule 18. */
  @Operator(id = "gallery:strange-reference", spi = Spi.VERSION, summary = "Keep")
  public static final class StrangeReference implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.first(request.model())
          .map(parameter -> fromReference(request, "teacher", parameter.name()))
          .orElseGet(() -> Sound.keep(request));
    }
  }

  /** Rule 18. */
  @Operator(id = "gallery:missing-parameter", spi = Spi.VERSION, summary = "Keep")
  public static final class MissingParameter implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return fromReference(request, "reference", "no/such/parameter");
    }
  }

  private static GrowthPlan fromReference(
      GrowthRequest<?> request, String reference, String parameter) {
    TensorSource source = new TensorSource.FromReference(reference, parameter);
    return Sound.withRule(
        request, new TensorRule.Combine(List.of(new TensorRule.Term(source, 1, List.of()))));
  }

  /** Rule 19. */
  @Operator(id = "gallery:infinite", spi = Spi.VERSION, summary = "Keep")
  public static final class Infinite implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      double most = Double.MAX_VALUE;
      return Sound.withFactors(request, most, most, most, most, most, most, most, most);
    }
  }

  /** Rule 19. */
  @Operator(id = "gallery:wrong-kernel", spi = Spi.VERSION, summary = "Keep")
  public static final class WrongKernel implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Kernels.withKernel(request, Kernels.WrongShape.ID, Map.of());
    }
  }

  /** Rule 20; only in float64 do the parameters themselves stay finite. */
  @Operator(id = "gallery:huge-slots", spi = Spi.VERSION, summary = "Keep")
  public static final class HugeSlots implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.withFactors(request, 1e100);
    }
  }
}
