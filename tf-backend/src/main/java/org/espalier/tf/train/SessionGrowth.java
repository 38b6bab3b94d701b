package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.espalier.api.EspalierException;
import org.espalier.api.Growth;
import org.espalier.api.GrowthPlan;
import org.espalier.api.Mask;
import org.espalier.api.MaskExecutor;
import org.espalier.api.MaskRule;
import org.espalier.api.MaskSpec;
import org.espalier.api.Parameter;
import org.espalier.api.PeriodicStep;
import org.espalier.api.SeededRandom;
import org.espalier.api.Stage;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.tf.report.InSessionGrowth;
import org.espalier.tf.report.RunPosition;

/**
 * The operators that run between the steps of a stage, on the weights in the session.
 *
 * <p>Operator number i runs after every {@code every} steps, not after the last. Which numbers it
 * draws depends on the seed of the schedule, the stage, i and how often it ran.
 */
final class SessionGrowth {
  private final RunContext run;
  private final Stage stage;
  private final int number;
  private final TrainableModel model;

  SessionGrowth(RunContext run, int number, TrainableModel model) {
    this.run = run;
    this.stage = run.schedule().stages().get(number);
    this.number = number;
    this.model = model;
  }

  /**
   * Returns which of {@code trained} have a mask, now or once an operator gave them one.
   *
   * @throws EspalierException if an operator cannot run in this stage
   */
  Set<String> masked(Set<String> trained) {
    Set<String> masked = new TreeSet<>(model.masks().keySet());
    List<PeriodicStep> steps = stage.train().periodic();
    for (int i = 0; i < steps.size(); i++) {
      GrowthPlan plan = plan(i, 1, model.masks());
      for (String name : changed(plan)) {
        if (!trained.contains(name)) {
          throw new EspalierException(
              "Operator '%s' changes '%s' while stage '%s' trains, but the stage does not train it; widen its trainable set"
                  .formatted(steps.get(i).operator(), name, stage.name()));
        }
      }
      masked.addAll(plan.masks().keySet());
    }
    masked.retainAll(trained);
    return masked;
  }

  /** Returns the masks whose form no operator changes while the stage trains, by parameter. */
  Map<String, MaskSpec> lasting() {
    Map<String, MaskSpec> lasting = new TreeMap<>();
    model.masks().forEach((name, mask) -> lasting.put(name, mask.spec()));
    for (int i = 0; i < stage.train().periodic().size(); i++) {
      long last = Math.max(1, runs(stage.train().periodic().get(i)) - 1);
      for (long run : List.of(1L, last)) {
        GrowthPlan plan = plan(i, run, model.masks());
        lasting.entrySet().removeIf(mask -> !keeps(plan, mask.getKey(), mask.getValue()));
      }
    }
    return lasting;
  }

  private static boolean keeps(GrowthPlan plan, String parameter, MaskSpec form) {
    MaskRule rule = plan.masks().get(parameter);
    return rule != null && rule.spec().equals(form);
  }

  /**
   * Runs the operators that are due after so many steps of the stage, and returns what they did.
   */
  List<InSessionGrowth> after(
      long done, Trainer trainer, SessionMasks masks, RunPosition position) {
    List<InSessionGrowth> events = new ArrayList<>();
    List<PeriodicStep> steps = stage.train().periodic();
    for (int i = 0; i < steps.size(); i++) {
      long every = steps.get(i).every();
      if (done % every == 0 && done < stage.train().steps()) {
        GrowthPlan plan = plan(i, done / every, masks.all());
        events.add(grow(plan, trainer, masks, position));
      }
    }
    return events;
  }

  /** Returns what the lineage of the trained model tells: the last run of each operator. */
  List<Growth> growths(Map<String, Mask> masks) {
    List<Growth> growths = new ArrayList<>();
    List<PeriodicStep> steps = stage.train().periodic();
    for (int i = 0; i < steps.size(); i++) {
      long runs = runs(steps.get(i)) - 1;
      if (runs > 0) {
        growths.addAll(plan(i, runs, masks).growths());
      }
    }
    return growths;
  }

  /** Returns n such that an operator runs n − 1 times, and would at the end for the n-th. */
  private long runs(PeriodicStep step) {
    return Math.max(1, (stage.train().steps() - 1) / step.every() + 1);
  }

  private GrowthPlan plan(int index, long run, Map<String, Mask> masks) {
    PeriodicStep step = stage.train().periodic().get(index);
    long seed =
        SeededRandom.of(this.run.schedule().seed()).stream("periodic").stream(number).bits(index);
    GrowthPlan plan = this.run.models().plan(model.spec(), step, run, runs(step), seed, masks);
    if (!plan.to().equals(plan.from())) {
      throw new EspalierException(
          "Operator '%s' changes the form of the model, so it cannot run while stage '%s' trains; move it to the stage's 'grow'"
              .formatted(step.operator(), stage.name()));
    }
    return plan;
  }

  /** Returns the parameters that are not just left as they are. */
  private static Set<String> changed(GrowthPlan plan) {
    Set<String> changed = new TreeSet<>();
    plan.rules()
        .forEach(
            (name, rule) -> {
              boolean same =
                  rule instanceof TensorRule.Copy copy
                      && copy.source().equals(TensorSource.model(name));
              MaskRule mask = plan.masks().get(name);
              if (!same || (mask != null && mask.isComputed())) {
                changed.add(name);
              }
            });
    return changed;
  }

  private InSessionGrowth grow(
      GrowthPlan plan, Trainer trainer, SessionMasks masks, RunPosition position) {
    Map<String, Mask> before = masks.all();
    Set<String> changed = changed(plan);
    Map<String, Mask> next;
    try (Snapshot snapshot = trainer.snapshot()) {
      SessionTensors tensors = new SessionTensors(trainer, snapshot, model.spec());
      next = new MaskExecutor(run.models().kernels()).masks(plan, tensors::value, before);
      Map<String, SessionVariables.Filler> fillers =
          new LinkedHashMap<>(
              new SessionRules(plan, tensors, run.models().kernels(), trainer)
                  .fillers(changed, MaskExecutor.kept(plan, next, before)));
      masks.replace(next);
      fillers.putAll(masks.fillers());
      trainer.assign(fillers);
    }
    return event(plan, changed.size(), before, next, position);
  }

  private static InSessionGrowth event(
      GrowthPlan plan,
      int tensors,
      Map<String, Mask> before,
      Map<String, Mask> next,
      RunPosition position) {
    long active = 0;
    long moved = 0;
    Map<String, Parameter> parameters = plan.to().parametersByName();
    for (Map.Entry<String, Mask> entry : next.entrySet()) {
      Mask mask = entry.getValue();
      long size = parameters.get(entry.getKey()).elements() / mask.spec().blocks();
      Mask old = before.get(entry.getKey());
      active += size * mask.spec().active();
      moved += old == null ? 0 : size * (mask.spec().active() - mask.and(old).spec().active());
    }
    Growth growth = plan.growths().get(0);
    return new InSessionGrowth(
        position, growth.operator(), growth.version(), growth.options(), tensors, active, moved);
  }
}
