package org.espalier.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Carries out plans on tensors in memory: the meaning of every rule, in plain Java.
 *
 * <p>Other executors are held to it. What it does, element by element:
 *
 * <ul>
 *   <li>{@code Copy}: the source.
 *   <li>{@code Combine}: the terms in order, each the coefficient times the contraction of its
 *       source, added up from 0 in float64, rounded once to the parameter's type, to nearest, ties
 *       to even. In a contraction the sums nest with the first axis outermost, each in the order of
 *       its row. Element i of a random term is element i of {@code
 *       SeededRandom.of(seed).stream(name)}, with the name of the parameter that is made.
 *   <li>{@code Fill}: the same random numbers, rounded.
 *   <li>{@code Compute}: what the kernel returns.
 *   <li>{@link MaskRule}: a computed mask puts zeros where {@link MaskExecutor#kept} has none.
 * </ul>
 *
 * <p>Immutable and thread-safe.
 */
public final class ReferenceExecutor {
  private final KernelRegistry kernels;

  /** Creates an executor that has no kernels. */
  public ReferenceExecutor() {
    this(KernelRegistry.empty());
  }

  /** Creates an executor with {@code kernels}. */
  public ReferenceExecutor(KernelRegistry kernels) {
    this.kernels = kernels;
  }

  /** Returns the tensors of the next model, by name and in its order. */
  public Map<String, HostTensor> execute(GrowthPlan plan, Map<String, HostTensor> model) {
    return execute(plan, model, Map.of());
  }

  /**
   * Returns the tensors of the next model, by name and in its order.
   *
   * @param plan what to make
   * @param model the tensors of the model that grows, by name
   * @param references the tensors of each further model, by reference and name
   * @throws EspalierException if a tensor or kernel is missing or does not fit
   */
  public Map<String, HostTensor> execute(
      GrowthPlan plan,
      Map<String, HostTensor> model,
      Map<String, Map<String, HostTensor>> references) {
    return execute(plan, model, Map.of(), references);
  }

  /**
   * Returns the tensors of the next model of one that has masks, by name and in its order.
   *
   * @param plan what to make
   * @param model the tensors of the model that grows, by name
   * @param masks its masks, by parameter
   * @param references the tensors of each further model, by reference and name
   * @throws EspalierException if a tensor, mask or kernel is missing or does not fit
   */
  public Map<String, HostTensor> execute(
      GrowthPlan plan,
      Map<String, HostTensor> model,
      Map<String, Mask> masks,
      Map<String, Map<String, HostTensor>> references) {
    Map<String, HostTensor> made =
        execute(plan.to().parametersByName(), plan.rules(), model, references);
    MaskExecutor.kept(plan, masks(plan, model, masks), masks)
        .forEach((name, kept) -> made.computeIfPresent(name, (n, tensor) -> kept.applyTo(tensor)));
    return made;
  }

  /**
   * Returns the masks of the next model, by parameter.
   *
   * @param plan what to make
   * @param model the tensors of the model that grows, by name
   * @param masks its masks, by parameter
   * @throws EspalierException if a tensor, mask or kernel is missing or does not fit
   */
  public Map<String, Mask> masks(
      GrowthPlan plan, Map<String, HostTensor> model, Map<String, Mask> masks) {
    return new MaskExecutor(kernels).masks(plan, model::get, masks);
  }

  /**
   * Returns what {@code rules} make, by name: of the parameters of a plan, or of one of their
   * slots.
   *
   * @param targets the parameters to make, of which some may have no rule
   * @param rules how they are made
   * @param model the tensors that rules take from the model that grows
   * @param references the tensors of each further model, by reference and name
   * @throws EspalierException if a tensor or kernel is missing or does not fit
   */
  public Map<String, HostTensor> execute(
      Map<String, Parameter> targets,
      Map<String, TensorRule> rules,
      Map<String, HostTensor> model,
      Map<String, Map<String, HostTensor>> references) {
    Sources sources = new Sources(model, references);
    Map<String, HostTensor> made = new LinkedHashMap<>();
    rules.forEach((name, rule) -> made.put(name, make(targets.get(name), rule, sources)));
    return made;
  }

  /** The tensors at hand. */
  private record Sources(
      Map<String, HostTensor> model, Map<String, Map<String, HostTensor>> references) {
    HostTensor get(TensorSource source) {
      HostTensor tensor = null;
      if (source instanceof TensorSource.FromModel own) {
        tensor = model.get(own.parameter());
      } else if (source instanceof TensorSource.FromReference other) {
        tensor = references.getOrDefault(other.reference(), Map.of()).get(other.parameter());
      }
      if (tensor == null) {
        throw new EspalierException("A rule takes " + source + ", which is not given");
      }
      return tensor;
    }
  }

  private HostTensor make(Parameter target, TensorRule rule, Sources sources) {
    if (rule instanceof TensorRule.Copy copy) {
      return checked(target, sources.get(copy.source()));
    } else if (rule instanceof TensorRule.Combine combine) {
      return rounded(target, sum(target, combine.terms(), sources));
    } else if (rule instanceof TensorRule.Fill fill) {
      return rounded(target, random(target, fill.initializer(), fill.seed()));
    } else if (rule instanceof TensorRule.Compute compute) {
      List<HostTensor> inputs = new ArrayList<>();
      for (TensorSource source : compute.sources()) {
        inputs.add(input(target, source, sources));
      }
      return checked(
          target,
          kernels
              .find(compute.kernel())
              .compute(target, inputs, compute.options(), compute.seed()));
    }
    throw new AssertionError(rule);
  }

  private static HostTensor input(Parameter target, TensorSource source, Sources sources) {
    if (source instanceof TensorSource.Random random) {
      return rounded(target, random(target, random.initializer(), random.seed()));
    }
    return sources.get(source);
  }

  private static double[] sum(Parameter target, List<TensorRule.Term> terms, Sources sources) {
    double[] sum = new double[Math.toIntExact(target.elements())];
    for (TensorRule.Term term : terms) {
      double[] summand;
      if (term.source() instanceof TensorSource.Random random) {
        summand = random(target, random.initializer(), random.seed());
      } else {
        summand = contraction(target, term, sources.get(term.source()));
      }
      for (int i = 0; i < sum.length; i++) {
        sum[i] += term.coefficient() * summand[i];
      }
    }
    return sum;
  }

  private static double[] contraction(Parameter target, TensorRule.Term term, HostTensor source) {
    List<Long> shape =
        term.maps().isEmpty()
            ? source.shape()
            : term.maps().stream().map(map -> (long) map.newSize()).toList();
    List<Long> taken =
        term.maps().isEmpty()
            ? source.shape()
            : term.maps().stream().map(map -> (long) map.oldSize()).toList();
    if (!shape.equals(target.shape()) || !taken.equals(source.shape())) {
      throw new EspalierException(
          "The rule of '%s' takes a tensor of shape %s and makes one of %s; it got %s and must make"
                  .formatted(target.name(), taken, shape, source.shape())
              + " "
              + target.shape());
    }
    return Contraction.of(source, term.maps());
  }

  private static double[] random(Parameter target, Initializer initializer, long seed) {
    SeededRandom stream = SeededRandom.of(seed).stream(target.name());
    double[] values = new double[Math.toIntExact(target.elements())];
    Arrays.setAll(values, i -> stream.draw(initializer, i));
    return values;
  }

  private static HostTensor rounded(Parameter target, double[] values) {
    double[] result = new double[values.length];
    Arrays.setAll(result, i -> Rounding.round(target.dtype(), values[i]));
    return HostTensor.of(target.dtype(), target.shape(), result);
  }

  private static HostTensor checked(Parameter target, HostTensor tensor) {
    if (!tensor.shape().equals(target.shape()) || tensor.dtype() != target.dtype()) {
      throw new EspalierException(
          "'%s' must be %s %s, but what was made of it is %s"
              .formatted(target.name(), target.dtype(), target.shape(), tensor));
    }
    return tensor;
  }
}
