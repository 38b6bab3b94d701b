package org.espalier.tf.weights;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.AxisMap;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.HostTensor;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Mask;
import org.espalier.api.Parameter;
import org.espalier.api.TensorKernel;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.tf.bundle.BundleEntry;
import org.espalier.tf.bundle.BundleWriter;
import org.espalier.tf.bundle.PlannedTensor;
import org.espalier.tf.bundle.TensorBytes;

/**
 * Plans the tensors that rules make, from checkpoints to a checkpoint.
 *
 * <p>Nothing is read or computed until the writer writes; then tensors stream in chunks over its
 * threads, and only those of a {@code Compute} rule are in memory whole, one or two at a time. What
 * is written equals {@link org.espalier.api.ReferenceExecutor}'s result bit for bit. The same class
 * moves optimizer slots: with the plan's slot rules and the keys of one slot on both sides.
 * Immutable; the checkpoints must stay open until the writer has written.
 */
public final class WeightTransfer {
  private final SourceTensors model;
  private final Map<String, SourceTensors> references;
  private final KernelRegistry kernels;
  private final Map<String, Mask> kept;

  /**
   * Creates a transfer.
   *
   * @param model the model that grows
   * @param references each further model, by the name that rules use
   * @param kernels what {@code Compute} rules may name
   */
  public WeightTransfer(
      SourceTensors model, Map<String, SourceTensors> references, KernelRegistry kernels) {
    this(model, references, kernels, Map.of());
  }

  private WeightTransfer(
      SourceTensors model,
      Map<String, SourceTensors> references,
      KernelRegistry kernels,
      Map<String, Mask> kept) {
    this.model = model;
    this.references = Map.copyOf(references);
    this.kernels = kernels;
    this.kept = Map.copyOf(kept);
  }

  /** Returns this transfer with zeros where a mask, by parameter to make, does not keep a copy. */
  public WeightTransfer keeping(Map<String, Mask> masks) {
    return new WeightTransfer(model, references, kernels, masks);
  }

  /**
   * Plans what {@code rules} make.
   *
   * @param targets the parameters to make, by name, of which some may have no rule
   * @param rules how they are made, by name
   * @param targetKeys the checkpoint keys of each parameter that has a rule, at least one; where
   *     there are several, they share the bytes
   * @param writer takes the tensors, in the order of the rules
   * @throws EspalierException if a source, kernel or key is missing or does not fit
   */
  public void plan(
      Map<String, Parameter> targets,
      Map<String, TensorRule> rules,
      Map<String, List<String>> targetKeys,
      BundleWriter writer) {
    tensors(targets, rules, writer)
        .forEach(
            (name, tensor) -> {
              List<String> keys = targetKeys.getOrDefault(name, List.of());
              if (keys.isEmpty()) {
                throw new EspalierException("The new checkpoint has no key for '" + name + "'");
              }
              keys.forEach(key -> writer.entry(key, tensor));
            });
  }

  /**
   * Plans what {@code rules} make, under no keys yet; equal copies and sums share their bytes.
   *
   * @param targets the parameters to make, by name, of which some may have no rule
   * @param rules how they are made, by name
   * @param writer takes the tensors, in the order of the rules
   * @return the tensors by the names of their parameters, in the order of the rules
   * @throws EspalierException if a source or kernel is missing or does not fit
   */
  public Map<String, PlannedTensor> tensors(
      Map<String, Parameter> targets, Map<String, TensorRule> rules, BundleWriter writer) {
    Map<String, PlannedTensor> planned = new LinkedHashMap<>();
    // Parameters of all blocks share their maps, which are long.
    IdentityHashMap<AxisMap, CompiledAxis> compiled = new IdentityHashMap<>();
    Map<SumKey, PlannedTensor> sums = new HashMap<>();
    rules.forEach(
        (name, rule) -> {
          Parameter target = targets.get(name);
          Optional<SumKey> key = SumKey.of(target, rule);
          PlannedTensor tensor = key.map(sums::get).orElse(null);
          if (tensor == null) {
            tensor = plan(target, rule, writer, compiled);
          }
          planned.put(name, tensor);
          if (key.isPresent()) {
            sums.put(key.get(), tensor);
          }
        });
    return planned;
  }

  private PlannedTensor plan(
      Parameter target,
      TensorRule rule,
      BundleWriter writer,
      IdentityHashMap<AxisMap, CompiledAxis> compiled) {
    if (rule instanceof TensorRule.Copy copy) {
      SourceTensors from = tensors(copy.source());
      BundleEntry source = entry(target, copy.source());
      requireFit(target, source, target.shape());
      requireType(target, source);
      Mask mask = kept.get(target.name());
      return mask == null
          ? writer.copyOf(from.bundle(), source.key())
          : tensor(
              target,
              new MaskedBytes(from.bundle().tensor(source.key()), target.dtype(), mask),
              writer);
    } else if (rule instanceof TensorRule.Combine combine) {
      List<CombinedBytes.Summand> summands = new ArrayList<>();
      combine.terms().forEach(term -> summands.add(summand(target, term, compiled)));
      return tensor(target, new CombinedBytes(target.dtype(), summands), writer);
    } else if (rule instanceof TensorRule.Fill fill) {
      RandomTerm numbers = RandomTerm.of(1, fill.initializer(), fill.seed(), target);
      return tensor(target, new CombinedBytes(target.dtype(), List.of(numbers)), writer);
    } else if (rule instanceof TensorRule.Compute compute) {
      return tensor(target, computed(target, compute), writer);
    } else {
      throw new AssertionError(rule);
    }
  }

  private static PlannedTensor tensor(Parameter target, TensorBytes bytes, BundleWriter writer) {
    return writer.tensor(target.name(), ElementTypes.of(target.dtype()), target.shape(), bytes);
  }

  private CombinedBytes.Summand summand(
      Parameter target, TensorRule.Term term, IdentityHashMap<AxisMap, CompiledAxis> compiled) {
    if (term.source() instanceof TensorSource.Random random) {
      return RandomTerm.of(term.coefficient(), random.initializer(), random.seed(), target);
    }
    BundleEntry source = entry(target, term.source());
    List<AxisMap> maps = term.maps();
    requireFit(
        target,
        source,
        maps.isEmpty() ? target.shape() : maps.stream().map(map -> (long) map.oldSize()).toList());
    if (!maps.isEmpty()
        && !maps.stream().map(map -> (long) map.newSize()).toList().equals(target.shape())) {
      throw new EspalierException(
          "The rule of '" + target.name() + "' does not make its shape " + target.shape());
    }
    return new ContractedTerm(
        term.coefficient(),
        tensors(term.source()).bundle().tensor(source.key()),
        CompiledAxis.of(source.shape(), maps, compiled));
  }

  private ComputedBytes computed(Parameter target, TensorRule.Compute rule) {
    TensorKernel kernel = kernels.find(rule.kernel());
    rule.sources().stream()
        .filter(source -> !(source instanceof TensorSource.Random))
        .forEach(source -> ElementTypes.of(entry(target, source)));
    return new ComputedBytes(
        target,
        () -> {
          List<HostTensor> inputs = new ArrayList<>();
          for (TensorSource source : rule.sources()) {
            inputs.add(input(target, source));
          }
          HostTensor made = kernel.compute(target, inputs, rule.options(), rule.seed());
          if (!made.shape().equals(target.shape()) || made.dtype() != target.dtype()) {
            throw new EspalierException(
                String.format(
                    "'%s' must be %s %s, but kernel '%s' made %s",
                    target.name(), target.dtype(), target.shape(), rule.kernel(), made));
          }
          return made;
        });
  }

  private HostTensor input(Parameter target, TensorSource source) throws IOException {
    if (source instanceof TensorSource.Random random) {
      RandomTerm numbers = RandomTerm.of(1, random.initializer(), random.seed(), target);
      return WholeTensor.of(target, numbers);
    }
    return WholeTensor.of(tensors(source).bundle().tensor(entry(target, source).key()));
  }

  private SourceTensors tensors(TensorSource source) {
    if (source instanceof TensorSource.FromModel) {
      return model;
    } else if (source instanceof TensorSource.FromReference other
        && references.containsKey(other.reference())) {
      return references.get(other.reference());
    }
    throw new EspalierException("A rule takes " + source + ", which is not given");
  }

  private BundleEntry entry(Parameter target, TensorSource source) {
    String parameter =
        source instanceof TensorSource.FromModel own
            ? own.parameter()
            : ((TensorSource.FromReference) source).parameter();
    return tensors(source).entry(parameter, target.name());
  }

  private static void requireFit(Parameter target, BundleEntry source, List<Long> shape) {
    if (!source.shape().equals(shape)) {
      throw new EspalierException(
          String.format(
              "'%s' takes a tensor of shape %s, but '%s' in the checkpoint has %s",
              target.name(), shape, source.key(), source.shape()));
    }
    ElementTypes.of(source);
  }

  private static void requireType(Parameter target, BundleEntry source) {
    DType found = ElementTypes.of(source);
    if (found != target.dtype()) {
      throw new EspalierException(
          String.format(
              "'%s' is %s and cannot be a copy of '%s', which is %s",
              target.name(), target.dtype(), source.key(), found));
    }
  }
}
