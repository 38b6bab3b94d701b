package org.espalier.tf.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.espalier.api.GrowthStep;
import org.espalier.api.LearningRateDecay;
import org.espalier.api.OptimizerAlgorithm;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.ParameterGroup;
import org.espalier.api.PeriodicStep;
import org.espalier.api.Precision;
import org.espalier.api.Schedule;
import org.espalier.api.Selector;
import org.espalier.api.Stage;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** Writes every field of a schedule, defaults too, so that a run's file says all. */
final class ScheduleText {
  private ScheduleText() {}

  static String of(Schedule schedule) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", schedule.name());
    fields.put("summary", schedule.summary());
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("family", schedule.model().family());
    model.putAll(schedule.model().settings());
    fields.put("model", model);
    fields.put("seed", schedule.seed());
    fields.put("held_out", schedule.heldOut());
    fields.put("stages", schedule.stages().stream().map(ScheduleText::stage).toList());
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setLineBreak(DumperOptions.LineBreak.UNIX);
    options.setSplitLines(false);
    return new Yaml(options).dump(fields);
  }

  private static Map<String, Object> stage(Stage stage) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", stage.name());
    fields.put("train", train(stage.train()));
    fields.put("grow", stage.grow().stream().map(ScheduleText::growth).toList());
    fields.put("slots", stage.slots().name().toLowerCase(Locale.ROOT));
    return fields;
  }

  private static Map<String, Object> growth(GrowthStep step) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("operator", step.operator());
    fields.put("options", new LinkedHashMap<>(step.options()));
    fields.put("references", new LinkedHashMap<>(step.references()));
    return fields;
  }

  private static Map<String, Object> train(TrainSettings train) {
    OptimizerSettings optimizer = train.optimizer();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("objective", train.objective().label());
    fields.put("steps", train.steps());
    fields.put("batch", train.batch());
    if (train.accumulate() != 1) {
      fields.put("accumulate", train.accumulate());
    }
    if (train.precision() != Precision.FULL) {
      fields.put("precision", train.precision().name().toLowerCase(Locale.ROOT));
    }
    fields.put("sequence", train.sequence());
    if (optimizer.algorithm() != OptimizerAlgorithm.ADAMW) {
      fields.put("optimizer", optimizer.algorithm().name().toLowerCase(Locale.ROOT));
    }
    fields.put("learning_rate", optimizer.learningRate());
    fields.put("end_learning_rate", optimizer.endLearningRate());
    if (!optimizer.decay().equals(LearningRateDecay.LINEAR)) {
      fields.put("learning_rate_decay", optimizer.decay().form().name().toLowerCase(Locale.ROOT));
      fields.put("decay_steps", optimizer.decay().steps());
    }
    fields.put("warmup_steps", optimizer.warmupSteps());
    fields.put("beta1", optimizer.beta1());
    fields.put("beta2", optimizer.beta2());
    fields.put("epsilon", optimizer.epsilon());
    fields.put("weight_decay", optimizer.weightDecay());
    fields.put("clip_norm", optimizer.clipNorm());
    fields.put("trainable", selected(train.trainable()));
    fields.put("evaluate_every", train.evaluateEvery());
    fields.put("evaluation_batches", train.evaluationBatches());
    fields.put("checkpoint_every", train.checkpointEvery());
    if (!train.periodic().isEmpty()) {
      fields.put("periodic", train.periodic().stream().map(ScheduleText::periodic).toList());
    }
    if (!train.groups().isEmpty()) {
      fields.put("groups", train.groups().stream().map(ScheduleText::group).toList());
    }
    return fields;
  }

  private static Map<String, Object> selected(TrainableSet set) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("include", texts(set.include()));
    fields.put("exclude", texts(set.exclude()));
    return fields;
  }

  private static Map<String, Object> group(ParameterGroup group) {
    Map<String, Object> fields = selected(group.parameters());
    if (group.factor() != 1) {
      fields.put("learning_rate_factor", group.factor());
    }
    group.learningRate().ifPresent(rate -> fields.put("learning_rate", rate));
    group.endLearningRate().ifPresent(rate -> fields.put("end_learning_rate", rate));
    group.warmupSteps().ifPresent(steps -> fields.put("warmup_steps", steps));
    group.rewarm().ifPresent(steps -> fields.put("rewarm", steps));
    return fields;
  }

  private static Map<String, Object> periodic(PeriodicStep step) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("operator", step.operator());
    fields.put("every", step.every());
    fields.put("options", new LinkedHashMap<>(step.options()));
    return fields;
  }

  private static List<String> texts(List<Selector> selectors) {
    return selectors.stream().map(Selector::text).toList();
  }
}
