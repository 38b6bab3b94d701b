package org.espalier.testkit.gallery;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthPlanBuilder;
import org.espalier.api.GrowthRequest;
import org.espalier.api.HostTensor;
import org.espalier.api.Parameter;
import org.espalier.api.TensorKernel;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;

/** The kernels that broken operators name. */
public final class Kernels {
  private Kernels() {}

  static GrowthPlan withKernel(
      GrowthRequest<?> request, String kernel, Map<String, String> options) {
    GrowthPlanBuilder plan = GrowthPlan.from(request.model());
    Sound.first(request.model())
        .ifPresent(
            parameter ->
                plan.rule(
                    parameter.name(),
                    new TensorRule.Compute(
                        kernel, List.of(TensorSource.model(parameter.name())), options, 0)));
    return plan.build();
  }

  /** Returns its source. */
  public static final class Same implements TensorKernel {
    static final String ID = "gallery:same";

    @Override
    public String id() {
      return ID;
    }

    @Override
    public HostTensor compute(
        Parameter target, List<HostTensor> sources, Map<String, String> options, long seed) {
      return sources.get(0);
    }
  }

  /** Returns its source under another vendor's id. */
  public static final class Foreign implements TensorKernel {
    static final String ID = "other:same";

    @Override
    public String id() {
      return ID;
    }

    @Override
    public HostTensor compute(
        Parameter target, List<HostTensor> sources, Map<String, String> options, long seed) {
      return sources.get(0);
    }
  }

  /** Returns a tensor of one element, whatever was asked for. */
  public static final class WrongShape implements TensorKernel {
    static final String ID = "gallery:wrong-shape";

    @Override
    public String id() {
      return ID;
    }

    @Override
    public HostTensor compute(
        Parameter target, List<HostTensor> sources, Map<String, String> options, long seed) {
      return HostTensor.of(target.dtype(), List.of(), 1);
    }
  }

  /** Returns a mask with two elements in use. */
  public static final class TwoInUse implements TensorKernel {
    static final String ID = "gallery:two-in-use";

    @Override
    public String id() {
      return ID;
    }

    @Override
    public HostTensor compute(
        Parameter target, List<HostTensor> sources, Map<String, String> options, long seed) {
      return ones(target, 0, 2);
    }
  }

  /** Returns a mask with one element in use, the next one at each call. */
  public static final class Wandering implements TensorKernel {
    static final String ID = "gallery:wandering";

    private static final AtomicInteger CALLS = new AtomicInteger();

    @Override
    public String id() {
      return ID;
    }

    @Override
    public HostTensor compute(
        Parameter target, List<HostTensor> sources, Map<String, String> options, long seed) {
      return ones(target, CALLS.getAndIncrement(), 1);
    }
  }

  private static HostTensor ones(Parameter target, int first, int count) {
    int elements = Math.toIntExact(target.elements());
    double[] grid = new double[elements];
    for (int i = 0; i < count; i++) {
      grid[(first + i) % elements] = 1;
    }
    return HostTensor.of(target.dtype(), target.shape(), grid);
  }
}
