package org.espalier.tf.train;

import com.google.common.collect.Maps;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.HostTensor;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Mask;
import org.espalier.api.Moment;
import org.espalier.api.Parameter;
import org.espalier.api.ReferenceExecutor;
import org.espalier.api.SlotPolicy;
import org.espalier.api.TensorRule;

/**
 * Carries out a plan's rules on a session: values, moments (by the policy {@code COPY}) and step
 * counts of the parameters that change.
 */
final class SessionRules {
  private final GrowthPlan plan;
  private final SessionTensors tensors;
  private final ReferenceExecutor executor;
  private final Trainer trainer;

  SessionRules(GrowthPlan plan, SessionTensors tensors, KernelRegistry kernels, Trainer trainer) {
    this.plan = plan;
    this.tensors = tensors;
    this.executor = new ReferenceExecutor(kernels);
    this.trainer = trainer;
  }

  /**
   * Returns what fills the variables of the parameters that change, and counts their updates anew.
   *
   * @param kept for each parameter whose mask was computed, what of it and its moments is kept
   */
  Map<String, SessionVariables.Filler> fillers(Set<String> changed, Map<String, Mask> kept) {
    Map<String, SessionVariables.Filler> fillers = new LinkedHashMap<>();
    Map<String, TensorRule> first = plan.slotRules(SlotPolicy.COPY, Moment.FIRST);
    Map<String, TensorRule> second = plan.slotRules(SlotPolicy.COPY, Moment.SECOND);
    for (String name : changed) {
      add(fillers, TrainGraph::value, name, plan.rules(), kept);
      add(fillers, TrainGraph::firstMoment, name, first, kept);
      add(fillers, TrainGraph::secondMoment, name, second, kept);
    }
    countUpdates(changed);
    return fillers;
  }

  private void add(
      Map<String, SessionVariables.Filler> fillers,
      UnaryOperator<String> place,
      String name,
      Map<String, TensorRule> rules,
      Map<String, Mask> kept) {
    Map<String, Parameter> parameters = plan.to().parametersByName();
    Map<String, HostTensor> sources =
        Maps.asMap(
            parameters.keySet(), parameter -> tensors.get(place.apply(parameter), parameter));
    // Computed when it is needed, so that one tensor is in memory at a time.
    fillers.put(
        place.apply(name),
        bytes -> {
          HostTensor made =
              executor
                  .execute(
                      Map.of(name, parameters.get(name)),
                      Map.of(name, rules.get(name)),
                      sources,
                      Map.of())
                  .get(name);
          Mask mask = kept.get(name);
          SessionTensors.filler(mask == null ? made : mask.applyTo(made)).fill(bytes);
        });
  }

  private void countUpdates(Set<String> changed) {
    Map<String, String> steps = plan.stepSources(SlotPolicy.COPY);
    List<String> trained = trainer.trained().stream().map(ModelVariable::name).toList();
    long[] before = trainer.updates().clone();
    for (int i = 0; i < before.length; i++) {
      if (changed.contains(trained.get(i))) {
        int source = trained.indexOf(steps.get(trained.get(i)));
        trainer.updates()[i] = source < 0 ? 0 : before[source];
      }
    }
  }
}
