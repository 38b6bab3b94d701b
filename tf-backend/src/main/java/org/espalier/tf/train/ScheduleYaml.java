package org.espalier.tf.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthStep;
import org.espalier.api.LearningRateDecay;
import org.espalier.api.ModelRequest;
import org.espalier.api.Objective;
import org.espalier.api.OptimizerAlgorithm;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.ParameterGroup;
import org.espalier.api.PeriodicStep;
import org.espalier.api.Precision;
import org.espalier.api.Schedule;
import org.espalier.api.Selector;
import org.espalier.api.SlotPolicy;
import org.espalier.api.Stage;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.espalier.tf.yaml.YamlFields;

/** Schedules as YAML. Every error names the field that it is about. */
public final class ScheduleYaml {
  private ScheduleYaml() {}

  /**
   * Reads a schedule file.
   *
   * @throws EspalierException if it is missing or malformed
   */
  public static Schedule read(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new EspalierException("There is no schedule file " + file);
      }
      if (Files.size(file) > YamlFields.LARGEST) {
        throw new EspalierException(
            file
                + " is "
                + Files.size(file)
                + " bytes long; a schedule has at most "
                + YamlFields.LARGEST);
      }
      return parse(Files.readString(file));
    } catch (IOException e) {
      throw new EspalierException("Cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads a schedule.
   *
   * @throws EspalierException if it is malformed
   */
  public static Schedule parse(String yaml) {
    return schedule(YamlFields.parse("The schedule", yaml));
  }

  /**
   * Writes a schedule so that {@link #parse} gives an equal one; equal schedules give equal text.
   */
  public static String write(Schedule schedule) {
    return ScheduleText.of(schedule);
  }

  private static Schedule schedule(YamlFields fields) {
    fields.allow("name", "summary", "model", "seed", "held_out", "stages");
    YamlFields model = fields.fields("model");
    Map<String, String> settings = new LinkedHashMap<>();
    model.names().stream()
        .filter(name -> !name.equals("family"))
        .forEach(name -> settings.put(name, model.option(name)));
    List<Stage> stages = new ArrayList<>();
    List<?> list = fields.list("stages");
    for (int i = 0; i < list.size(); i++) {
      stages.add(stage(YamlFields.of("stages[" + i + "]", list.get(i))));
    }
    String name = fields.text("name", "schedule");
    String summary = fields.text("summary", "");
    ModelRequest request = new ModelRequest(model.text("family"), settings);
    long seed = fields.whole("seed", 0);
    double heldOut = fields.number("held_out", 0.05);
    return fields.checked(() -> new Schedule(name, summary, request, seed, heldOut, stages));
  }

  private static Stage stage(YamlFields fields) {
    fields.allow("name", "train", "grow", "slots");
    TrainSettings train = train(fields.fields("train"));
    List<GrowthStep> grow = new ArrayList<>();
    List<?> list = fields.list("grow");
    for (int i = 0; i < list.size(); i++) {
      grow.add(growth(YamlFields.of(fields.at("grow[" + i + "]"), list.get(i))));
    }
    String name = fields.text("name");
    SlotPolicy slots = choice(fields, "slots", SlotPolicy.class, SlotPolicy.RESET);
    return fields.checked(() -> new Stage(name, train, grow, slots));
  }

  private static GrowthStep growth(YamlFields fields) {
    fields.allow("operator", "options", "references");
    return new GrowthStep(
        fields.text("operator"), texts(fields, "options"), texts(fields, "references"));
  }

  private static Map<String, String> texts(YamlFields fields, String name) {
    Map<String, String> texts = new LinkedHashMap<>();
    if (fields.has(name)) {
      YamlFields inner = fields.fields(name);
      inner.names().forEach(key -> texts.put(key, inner.option(key)));
    }
    return texts;
  }

  private static TrainSettings train(YamlFields fields) {
    fields.allow(
        "objective",
        "steps",
        "batch",
        "accumulate",
        "precision",
        "sequence",
        "optimizer",
        "learning_rate",
        "end_learning_rate",
        "learning_rate_decay",
        "decay_steps",
        "warmup_steps",
        "beta1",
        "beta2",
        "epsilon",
        "weight_decay",
        "clip_norm",
        "trainable",
        "evaluate_every",
        "evaluation_batches",
        "checkpoint_every",
        "periodic",
        "groups");
    Objective objective = choice(fields, "objective", Objective.class, null);
    OptimizerSettings usual = OptimizerSettings.adamW(1e-4, 0, 0);
    OptimizerAlgorithm algorithm =
        choice(fields, "optimizer", OptimizerAlgorithm.class, OptimizerAlgorithm.ADAMW);
    double rate = fields.number("learning_rate");
    double endRate = fields.number("end_learning_rate", 0);
    long warmup = fields.whole("warmup_steps", 0);
    double beta1 = fields.number("beta1", usual.beta1());
    double beta2 = fields.number("beta2", usual.beta2());
    double epsilon = fields.number("epsilon", usual.epsilon());
    double decay = fields.number("weight_decay", usual.weightDecay());
    double clip = fields.number("clip_norm", usual.clipNorm());
    LearningRateDecay.Form form =
        choice(
            fields,
            "learning_rate_decay",
            LearningRateDecay.Form.class,
            LearningRateDecay.Form.LINEAR);
    long falling = fields.whole("decay_steps", 0);
    OptimizerSettings optimizer =
        fields.checked(
            () ->
                new OptimizerSettings(
                    rate,
                    endRate,
                    warmup,
                    beta1,
                    beta2,
                    epsilon,
                    decay,
                    clip,
                    new LearningRateDecay(form, falling),
                    algorithm));
    long steps = fields.whole("steps");
    int batch = fields.small("batch", 32);
    int accumulate = fields.small("accumulate", 1);
    Precision precision = choice(fields, "precision", Precision.class, Precision.FULL);
    int sequence = fields.small("sequence", objective == Objective.CLASSIFICATION ? 0 : 128);
    TrainableSet trainable = trainable(fields);
    long evaluateEvery = fields.whole("evaluate_every", Math.max(1, steps / 5));
    int evaluationBatches = fields.small("evaluation_batches", 8);
    long checkpointEvery = fields.whole("checkpoint_every", 0);
    List<PeriodicStep> periodic = periodic(fields);
    List<ParameterGroup> groups = groups(fields);
    return fields.checked(
        () ->
            new TrainSettings(
                objective,
                steps,
                batch,
                sequence,
                optimizer,
                trainable,
                evaluateEvery,
                evaluationBatches,
                checkpointEvery,
                periodic,
                groups,
                accumulate,
                precision));
  }

  private static List<PeriodicStep> periodic(YamlFields fields) {
    List<PeriodicStep> steps = new ArrayList<>();
    List<?> list = fields.list("periodic");
    for (int i = 0; i < list.size(); i++) {
      YamlFields step =
          YamlFields.of(fields.at("periodic[" + i + "]"), list.get(i))
              .allow("operator", "every", "options");
      String operator = step.text("operator");
      long every = step.whole("every");
      Map<String, String> options = texts(step, "options");
      steps.add(step.checked(() -> new PeriodicStep(operator, options, every)));
    }
    return steps;
  }

  private static TrainableSet trainable(YamlFields fields) {
    if (!fields.has("trainable")) {
      return TrainableSet.ALL;
    }
    return selected(fields.fields("trainable").allow("include", "exclude"));
  }

  private static TrainableSet selected(YamlFields set) {
    List<Selector> include = selectors(set, "include");
    return new TrainableSet(
        include.isEmpty() ? List.of(Selector.ALL) : include, selectors(set, "exclude"));
  }

  private static List<ParameterGroup> groups(YamlFields fields) {
    List<ParameterGroup> groups = new ArrayList<>();
    List<?> list = fields.list("groups");
    for (int i = 0; i < list.size(); i++) {
      YamlFields group =
          YamlFields.of(fields.at("groups[" + i + "]"), list.get(i))
              .allow(
                  "include",
                  "exclude",
                  "learning_rate_factor",
                  "learning_rate",
                  "end_learning_rate",
                  "warmup_steps",
                  "rewarm");
      TrainableSet parameters = selected(group);
      double factor = group.number("learning_rate_factor", 1);
      OptionalDouble rate = number(group, "learning_rate");
      OptionalDouble endRate = number(group, "end_learning_rate");
      OptionalLong warmup = whole(group, "warmup_steps");
      OptionalLong rewarm = whole(group, "rewarm");
      groups.add(
          group.checked(
              () -> new ParameterGroup(parameters, factor, rate, endRate, warmup, rewarm)));
    }
    return groups;
  }

  private static OptionalDouble number(YamlFields fields, String name) {
    return fields.has(name) ? OptionalDouble.of(fields.number(name)) : OptionalDouble.empty();
  }

  private static OptionalLong whole(YamlFields fields, String name) {
    return fields.has(name) ? OptionalLong.of(fields.whole(name)) : OptionalLong.empty();
  }

  private static List<Selector> selectors(YamlFields fields, String name) {
    List<Selector> selectors = new ArrayList<>();
    for (Object text : fields.list(name)) {
      selectors.add(fields.checked(() -> new Selector(String.valueOf(text))));
    }
    return selectors;
  }

  private static <E extends Enum<E>> E choice(
      YamlFields fields, String name, Class<E> type, E otherwise) {
    if (otherwise != null && !fields.has(name)) {
      return otherwise;
    }
    String text = fields.text(name);
    List<String> allowed = new ArrayList<>();
    for (E constant : type.getEnumConstants()) {
      allowed.add(constant.name().toLowerCase(Locale.ROOT));
      if (text.equals(allowed.get(allowed.size() - 1))) {
        return constant;
      }
    }
    throw new EspalierException(
        "%s is %s, must be one of %s".formatted(fields.at(name), text, String.join(", ", allowed)));
  }
}
