package org.espalier.api;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Makes the masks of a plan: the meaning of every {@link MaskRule}, for all executors.
 *
 * <p>A kernel is given, as the target, a parameter of the masked one's name, {@code BOOL} and of
 * the shape of the grid. Immutable and thread-safe.
 */
public final class MaskExecutor {
  private final KernelRegistry kernels;

  /** Creates an executor with {@code kernels}. */
  public MaskExecutor(KernelRegistry kernels) {
    this.kernels = kernels;
  }

  /**
   * Returns the masks of the next model, by parameter.
   *
   * @param plan what to make
   * @param parameters gives the values of a parameter of the model that grows; asked for one at a
   *     time
   * @param masks of the model that grows, by parameter
   * @throws EspalierException if a mask or kernel is missing or does not fit
   */
  public Map<String, Mask> masks(
      GrowthPlan plan, Function<String, HostTensor> parameters, Map<String, Mask> masks) {
    Map<String, Parameter> targets = plan.to().parametersByName();
    Map<String, Mask> made = new LinkedHashMap<>();
    plan.masks()
        .forEach((name, rule) -> made.put(name, make(targets.get(name), rule, parameters, masks)));
    return made;
  }

  private Mask make(
      Parameter target,
      MaskRule mask,
      Function<String, HostTensor> parameters,
      Map<String, Mask> masks) {
    if (mask.rule() instanceof TensorRule.Compute compute) {
      List<HostTensor> inputs = new ArrayList<>();
      for (TensorSource source : compute.sources()) {
        inputs.add(
            source instanceof TensorSource.FromMask other
                ? find(masks, other.parameter()).toTensor()
                : parameters.apply(((TensorSource.FromModel) source).parameter()));
      }
      List<Long> shape = Mask.gridShape(mask.spec());
      Parameter grid =
          new Parameter(
              target.pattern(),
              target.block(),
              target.role(),
              DType.BOOL,
              shape,
              List.of(Axis.opaque(), Axis.opaque()),
              false);
      HostTensor result =
          kernels.find(compute.kernel()).compute(grid, inputs, compute.options(), compute.seed());
      try {
        return Mask.of(mask.spec(), result);
      } catch (EspalierException e) {
        throw new EspalierException(
            "Kernel '%s' made a wrong mask for '%s': %s"
                .formatted(compute.kernel(), target.name(), e.getMessage()),
            e);
      }
    }
    TensorSource source = ((TensorRule.Copy) mask.rule()).source();
    Mask copied = find(masks, ((TensorSource.FromMask) source).parameter());
    if (!copied.spec().equals(mask.spec())) {
      throw new EspalierException(
          "The plan expects the mask of '%s' to be %s, but it is %s"
              .formatted(target.name(), mask.spec(), copied.spec()));
    }
    return copied;
  }

  private static Mask find(Map<String, Mask> masks, String name) {
    Mask mask = masks.get(name);
    if (mask == null) {
      throw new EspalierException("The plan takes the mask of '" + name + "', which has none");
    }
    return mask;
  }

  /**
   * Returns, for each parameter whose mask was computed, which elements of the copied parameter,
   * and of its slots, are kept: those that the next mask and the mask before have.
   *
   * @param made what {@link #masks} returned
   * @param masks of the model that grows, by parameter
   */
  public static Map<String, Mask> kept(
      GrowthPlan plan, Map<String, Mask> made, Map<String, Mask> masks) {
    Map<String, Mask> kept = new LinkedHashMap<>();
    plan.masks()
        .forEach(
            (name, rule) -> {
              if (rule.isComputed()) {
                TensorRule.Copy copy = (TensorRule.Copy) plan.rules().get(name);
                Mask before = masks.get(((TensorSource.FromModel) copy.source()).parameter());
                Mask next = made.get(name);
                kept.put(name, before == null ? next : next.and(before));
              }
            });
    return kept;
  }
}
