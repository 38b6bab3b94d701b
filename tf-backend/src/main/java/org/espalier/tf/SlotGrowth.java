package org.espalier.tf;

import com.google.common.collect.Maps;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.KernelRegistry;
import org.espalier.api.Moment;
import org.espalier.api.Parameter;
import org.espalier.api.SlotPolicy;
import org.espalier.api.TensorRule;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.bundle.BundleWriter;
import org.espalier.tf.train.Checkpoint;
import org.espalier.tf.train.GrowthTask;
import org.espalier.tf.weights.SourceTensors;
import org.espalier.tf.weights.WeightTransfer;
import org.tensorflow.proto.DataType;

/** Grows the optimizer's slots with the model that they belong to. */
final class SlotGrowth {
  private static final int THREADS = 2;

  private final GrowthPlan plan;
  private final SlotPolicy policy;
  private final KernelRegistry kernels;

  private SlotGrowth(GrowthPlan plan, SlotPolicy policy, KernelRegistry kernels) {
    this.plan = plan;
    this.policy = policy;
    this.kernels = kernels;
  }

  static void write(GrowthPlan plan, GrowthTask.SlotBundles bundles, KernelRegistry kernels) {
    try (BundleReader source = BundleReader.open(bundles.source())) {
      BundleWriter target = BundleWriter.create(bundles.target());
      SlotGrowth growth = new SlotGrowth(plan, bundles.policy(), kernels);
      growth.plan(source, target, Moment.FIRST, Checkpoint::firstMoment);
      growth.plan(source, target, Moment.SECOND, Checkpoint::secondMoment);
      growth.planSteps(source, target);
      target.write(THREADS, bytes -> {});
    }
  }

  private void plan(
      BundleReader source, BundleWriter target, Moment moment, UnaryOperator<String> key) {
    Map<String, TensorRule> rules = plan.slotRules(policy, moment);
    Map<String, String> sourceKeys = new HashMap<>();
    for (Parameter parameter : plan.from().parameters()) {
      String slot = key.apply(parameter.name());
      if (source.entries().containsKey(slot)) {
        sourceKeys.put(parameter.name(), slot);
      }
    }
    new WeightTransfer(new SourceTensors(source, sourceKeys), Map.of(), kernels)
        .plan(
            plan.to().parametersByName(),
            rules,
            Maps.asMap(rules.keySet(), name -> List.of(key.apply(name))),
            target);
  }

  private void planSteps(BundleReader source, BundleWriter target) {
    Map<String, String> steps = plan.stepSources(policy);
    for (String name : plan.slotRules(policy, Moment.FIRST).keySet()) {
      String from = steps.get(name);
      if (from == null) {
        target.add(
            Checkpoint.step(name),
            DataType.DT_INT64,
            List.of(),
            (offset, bytes) -> bytes.putLong(0));
      } else {
        target.copy(Checkpoint.step(name), source, Checkpoint.step(from));
      }
    }
  }
}
