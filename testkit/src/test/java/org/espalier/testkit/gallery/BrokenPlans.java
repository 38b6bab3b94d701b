package org.espalier.testkit.gallery;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.espalier.api.BlockMap;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.Initializer;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.Operator;
import org.espalier.api.Parameter;
import org.espalier.api.Spi;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.testkit.gallery.Sound.Factor;

/** What is wrong with a plan before it is carried out. */
public final class BrokenPlans {
  private BrokenPlans() {}

  /** Rule 11. */
  @Operator(id = "gallery:null", spi = Spi.VERSION, summary = "Keep")
  public static final class ReturnsNull implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return null;
    }
  }

  /** Rule 11. */
  @Operator(id = "gallery:divides", spi = Spi.VERSION, summary = "Keep")
  public static final class DividesByBlocks implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      int blocks = 60 / request.model().blocks();
      return GrowthPlan.from(request.model())
          .blocks(blocks, t -> t % request.model().blocks())
          .build();
    }
  }

  /** Rule 11. */
  @Operator(id = "gallery:paragraphs", spi = Spi.VERSION, summary = "Keep")
  public static final class RefusesInParagraphs implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      if (request.model().blocks() == 0) {
        throw new EspalierException("The model has no blocks.\nGive it some.");
      }
      return Sound.keep(request);
    }
  }

  /** Rule 11. */
  @Operator(id = "gallery:refuses", spi = Spi.VERSION, summary = "Keep")
  public static final class RefusesAll implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      throw new EspalierException("Not today");
    }
  }

  /** Rule 12. */
  @Operator(id = "gallery:other-model", spi = Spi.VERSION, summary = "Keep")
  public static final class PlansAnotherModel implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      ModelSpec model = request.model();
      return GrowthPlan.from(model.withBlocks(model.blocks() + 1)).build();
    }
  }

  /** Rule 13. */
  @Operator(id = "gallery:changes-type", spi = Spi.VERSION, summary = "Keep")
  public static final class ChangesType implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      ModelSpec model = request.model();
      List<Parameter> changed =
          model.parameters().stream()
              .map(
                  p ->
                      p.dtype().isFloating()
                          ? new Parameter(
                              p.pattern(),
                              p.block(),
                              p.role(),
                              DType.FLOAT16,
                              p.shape(),
                              p.axes(),
                              p.trainable())
                          : p)
              .toList();
      return to(
          model,
          new ModelSpec(
              model.family(), model.blocks(), model.dimensions(), changed, model.attributes()));
    }
  }

  /** Rule 13. */
  @Operator(id = "gallery:drops-parameter", spi = Spi.VERSION, summary = "Keep")
  public static final class DropsParameter implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      ModelSpec model = request.model();
      return to(
          model,
          new ModelSpec(
              model.family(),
              model.blocks(),
              model.dimensions(),
              model.parameters().subList(1, model.parameters().size()),
              model.attributes()));
    }
  }

  /** Rule 13. */
  @Operator(id = "gallery:changes-activation", spi = Spi.VERSION, summary = "Keep")
  public static final class ChangesActivation implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      ModelSpec model = request.model();
      ModelAttributes old = model.attributes();
      return to(
          model,
          model.withAttributes(
              new ModelAttributes(
                  old.norm(),
                  old.normEpsilon(),
                  ModelAttributes.Activation.RELU,
                  old.tiedHead(),
                  old.causal())));
    }
  }

  private static GrowthPlan to(ModelSpec from, ModelSpec to) {
    Map<String, TensorRule> rules = new LinkedHashMap<>();
    for (Parameter parameter : to.parameters()) {
      TensorSource source = TensorSource.model(parameter.name());
      rules.put(
          parameter.name(),
          parameter.dtype().isFloating()
              ? new TensorRule.Combine(List.of(new TensorRule.Term(source, 1, List.of())))
              : new TensorRule.Copy(source));
    }
    return new GrowthPlan(
        from, to, BlockMap.identity(from.blocks()), Map.of(), rules, java.util.Set.of(), List.of());
  }

  /** Rule 14. */
  @Operator(id = "gallery:counter", spi = Spi.VERSION, summary = "Draw the first parameter anew")
  public static final class SeedsFromCounter implements GrowthOperator<Factor> {
    private static final AtomicLong COUNTER = new AtomicLong();

    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      return Sound.withRule(
          request, new TensorRule.Fill(new Initializer.Normal(0, 1), COUNTER.incrementAndGet()));
    }
  }

  /** Rule 15. */
  @Operator(id = "gallery:one-at-a-time", spi = Spi.VERSION, summary = "Keep")
  public static final class OneAtATime implements GrowthOperator<Factor> {
    private static final AtomicInteger INSIDE = new AtomicInteger();

    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      int inside = INSIDE.incrementAndGet();
      try {
        Thread.sleep(2);
        return Sound.withFactors(request, inside);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new EspalierException("Interrupted", e);
      } finally {
        INSIDE.decrementAndGet();
      }
    }
  }

  /** Rule 16. */
  @Operator(id = "gallery:null-option", spi = Spi.VERSION, summary = "Keep")
  public static final class NullKernelOption implements GrowthOperator<Factor> {
    @Override
    public GrowthPlan plan(GrowthRequest<Factor> request) {
      Map<String, String> options = new LinkedHashMap<>();
      options.put("mode", null);
      return Kernels.withKernel(request, Kernels.Same.ID, options);
    }
  }
}
