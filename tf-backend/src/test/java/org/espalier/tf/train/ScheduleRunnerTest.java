package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.Parameter;
import org.espalier.api.Schedule;
import org.espalier.tf.SampleText;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.report.CheckpointSaved;
import org.espalier.tf.report.EvalPoint;
import org.espalier.tf.report.MetricsLog;
import org.espalier.tf.report.ProgressListener;
import org.espalier.tf.report.RunEvent;
import org.espalier.tf.report.StepProgress;
import org.espalier.tf.report.TrainPoint;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ScheduleRunnerTest {
  static final String SCHEDULE =
      """
      name: small
      model: {family: bert, blocks: 1, residual: 16, heads: 2, vocabulary: 300, positions: 16}
      seed: 4
      held_out: 0.2
      stages:
        - name: first
          train: {objective: mlm, steps: 5, batch: 4, sequence: 16, learning_rate: 0.01,
                  warmup_steps: 2, evaluate_every: 3, evaluation_batches: 2, checkpoint_every: 2}
          grow: [{operator: stack, options: {factor: 2}}]
          slots: copy
        - name: second
          train: {objective: mlm, steps: 3, batch: 4, sequence: 16, learning_rate: 0.005,
                  evaluate_every: 2, evaluation_batches: 2, checkpoint_every: 2,
                  trainable: {include: [blocks=1, role=head]}}
          grow: [{operator: stack, options: {factor: 2}}]
      """;

  /** Thrown where a run is to stop as if it were killed. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @TempDir private Path directory;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = SampleText.write(directory);
  }

  /** The second stage trains all: the old blocks go on, the new one is warmed up alone. */
  private static final String REWARMING =
      SCHEDULE.replace(
          "trainable: {include: [blocks=1, role=head]}",
          "optimizer: lamb, accumulate: 2, groups: [{include: [new], rewarm: 1000}, {include: [role=head],"
              + " learning_rate_factor: 2}]");

  /** Products in bfloat16; the second stage takes its batches in parts. */
  private static final String MIXED =
      SCHEDULE
          .replace("learning_rate:", "precision: mixed_bfloat16, learning_rate:")
          .replace("trainable:", "accumulate: 2, trainable:");

  private RunOutcome run(Path run, boolean resume, StageModels models, ProgressListener progress) {
    return run(ScheduleYaml.parse(SCHEDULE), run, resume, models, progress);
  }

  private RunOutcome run(
      Schedule schedule, Path run, boolean resume, StageModels models, ProgressListener progress) {
    try (TokenStore tokens = TokenStore.of(text)) {
      return new ScheduleRunner(
              models, tokens, new RunSettings(DeviceSettings.CPU, resume, false, progress))
          .run(schedule, run);
    }
  }

  @ParameterizedTest
  @MethodSource("schedules")
  void resumedRunsEndWithTheBitsOfAnUninterruptedOne(String yaml) throws IOException {
    Schedule schedule = ScheduleYaml.parse(yaml);
    Path whole = directory.resolve("whole");
    RunOutcome outcome =
        run(schedule, whole, false, new StackingModels(), ProgressListener.silent());
    assertThat(outcome.steps()).isEqualTo(8);
    assertThat(outcome.model()).isEqualTo(whole.resolve("stage-2/start"));
    assertThat(outcome.report()).isNotEmptyFile();
    List<String> metrics = metrics(whole);
    assertThat(metrics).doesNotHaveDuplicates();

    Path killed = directory.resolve("killed");
    List<String> kills = new ArrayList<>();
    while (true) {
      try {
        run(schedule, killed, true, new DyingModels(kills), new Killer(kills));
        break;
      } catch (Killed e) {
        leaveRubbish(killed);
      }
    }
    assertThat(kills).hasSizeGreaterThan(10);
    assertThat(metrics(killed)).isEqualTo(metrics);
    assertThat(bundles(killed)).isEqualTo(bundles(whole));
  }

  static Stream<String> schedules() {
    return Stream.of(SCHEDULE, REWARMING, MIXED);
  }

  /** Stops the run once at each step, evaluation and checkpoint. */
  private record Killer(List<String> kills) implements ProgressListener {
    private void once(String where) {
      if (!kills.contains(where)) {
        kills.add(where);
        throw new Killed();
      }
    }

    @Override
    public void onStep(StepProgress progress) {
      if (progress.step() % 2 == 0) {
        once("step " + progress.stage() + " " + progress.step());
      }
    }

    @Override
    public void onEvaluation(EvalPoint evaluation) {
      if (evaluation.at().stage() == 0) {
        once("evaluation " + evaluation.at().step());
      }
    }

    @Override
    public void onCheckpoint(CheckpointSaved checkpoint) {
      once("checkpoint " + checkpoint.at().stage() + " " + checkpoint.at().step());
    }
  }

  /** Stops once before and once after each growth, the model written but not in its place. */
  private static final class DyingModels extends StackingModels {
    private final List<String> kills;

    DyingModels(List<String> kills) {
      this.kills = kills;
    }

    @Override
    public GrowthPlan grow(GrowthTask task) {
      String where = task.source().toString();
      if (!kills.contains("before " + where)) {
        kills.add("before " + where);
        throw new Killed();
      }
      GrowthPlan plan = super.grow(task);
      if (!kills.contains("after " + where)) {
        kills.add("after " + where);
        throw new Killed();
      }
      return plan;
    }
  }

  /** What a kill in the middle of a checkpoint or an export leaves. */
  private static void leaveRubbish(Path run) throws IOException {
    for (Path folder : List.of(run, run.resolve("stage-0"), run.resolve("stage-0/trainer"))) {
      Files.createDirectories(folder.resolve(".model.tmp-12ab/variables"));
      Files.writeString(folder.resolve(".model.tmp-12ab/variables/variables.index"), "half");
    }
    Files.writeString(run.resolve("metrics.jsonl"), "{\"torn", StandardOpenOption.APPEND);
  }

  @Test
  void onlyNewBlocksAreWarmedUpAgain() {
    Path run = directory.resolve("run");
    Schedule schedule = ScheduleYaml.parse(REWARMING);
    run(schedule, run, false, new StackingModels(), ProgressListener.silent());
    double newest = 0;
    double oldest = 0;
    try (BundleReader start = values(run.resolve("stage-1/start"));
        BundleReader end = values(run.resolve("stage-1/model"));
        BundleReader slots =
            BundleReader.open(run.resolve("stage-1/trainer/step-000000003/checkpoint"))) {
      for (Parameter parameter :
          new StackingModels().open(run.resolve("stage-1/start")).spec().parameters()) {
        boolean isNew = parameter.inBlocks() && parameter.block() == 1;
        ByteBuffer updates = ByteBuffer.wrap(slots.readBytes(Checkpoint.step(parameter.name())));
        assertThat(updates.order(ByteOrder.LITTLE_ENDIAN).getLong())
            .as(parameter.name())
            .isEqualTo(isNew ? 3 : 5 + 3);
        double moved = moved(start, end, CheckpointGraph.keyOf(parameter.name()));
        if (isNew) {
          newest = Math.max(newest, moved);
        } else if (parameter.inBlocks()) {
          oldest = Math.max(oldest, moved);
        }
      }
    }
    // Three steps at 1, 2 and 3 thousandths of what the others take.
    assertThat(newest).isPositive().isLessThan(oldest / 20);
    assertThat(MetricsLog.read(run.resolve("metrics.jsonl")))
        .filteredOn(event -> event instanceof TrainPoint && event.at().stage() == 1)
        .map(event -> ((TrainPoint) event).groupLearningRates())
        .usingRecursiveComparison()
        .withComparatorForType(comparingWithin(1e-12), Double.class)
        .isEqualTo(
            List.of(
                List.of(0.001 * 0.01 / 3, 2 * 0.01 / 3),
                List.of(0.002 * 0.005 / 3, 2 * 0.005 / 3),
                List.of(0.0, 0.0)));
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void partsOfABatchAreMaskedAndEvaluatedAsTheWhole(int parts) {
    String whole = SCHEDULE.replace("positions: 16}", "positions: 16, dropout: 0}");
    assertThat(whole).isNotEqualTo(SCHEDULE);
    List<RunEvent> expected = events(whole, "whole");
    String cut = whole.replace("batch: 4", "batch: 4, accumulate: " + parts);
    assertThat(events(cut, "parts"))
        .usingRecursiveComparison()
        .ignoringFieldsMatchingRegexes(".*seconds", ".*tokensPerSecond", ".*[fF]lops")
        .withComparatorForType(comparingWithin(2e-5), Double.class)
        .withComparatorForType(
            Comparator.comparing(distance -> distance.orElse(-1), comparingWithin(2e-5)),
            OptionalDouble.class)
        .isEqualTo(expected);
  }

  private List<RunEvent> events(String yaml, String name) {
    Path run = directory.resolve(name);
    Schedule schedule = ScheduleYaml.parse(yaml);
    run(schedule, run, false, new StackingModels(), ProgressListener.silent());
    return MetricsLog.read(run.resolve("metrics.jsonl"));
  }

  private static Comparator<Double> comparingWithin(double tolerance) {
    return (a, b) -> Math.abs(a - b) <= tolerance ? 0 : Double.compare(a, b);
  }

  private static BundleReader values(Path model) {
    return BundleReader.open(TrainerTensors.variables(model));
  }

  /** The largest change of an element. */
  private static double moved(BundleReader before, BundleReader after, String key) {
    FloatBuffer from = floats(before, key);
    FloatBuffer to = floats(after, key);
    double moved = 0;
    for (int i = 0; i < from.limit(); i++) {
      moved = Math.max(moved, Math.abs(to.get(i) - from.get(i)));
    }
    return moved;
  }

  private static FloatBuffer floats(BundleReader reader, String key) {
    return ByteBuffer.wrap(reader.readBytes(key)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  @Test
  void aGroupThatHasNothingIsRefused() {
    Schedule schedule =
        ScheduleYaml.parse(
            REWARMING.replace("include: [new]", "include: [new], exclude: [blocks=1]"));
    assertThatThrownBy(
            () ->
                run(
                    schedule,
                    directory.resolve("run"),
                    false,
                    new StackingModels(),
                    ProgressListener.silent()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("groups[0] of stage 'second'");
  }

  @Test
  void refusesWhatIsNotTheRunThatBegan() throws IOException {
    Path run = directory.resolve("run");
    List<String> kills = new ArrayList<>();
    ProgressListener killer = new Killer(kills);
    assertThatThrownBy(() -> run(run, false, new StackingModels(), killer))
        .isInstanceOf(Killed.class);
    assertThatThrownBy(() -> run(run, false, new StackingModels(), killer))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("holds a run already");
    Schedule other = ScheduleYaml.parse(SCHEDULE.replace("steps: 5", "steps: 6"));
    assertThatThrownBy(() -> run(other, run, true, new StackingModels(), killer))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("another schedule");
    Files.writeString(text, "other text ".repeat(400));
    assertThatThrownBy(() -> run(run, true, new StackingModels(), killer))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("other data");
    Path foreign = Files.createDirectories(directory.resolve("foreign"));
    Files.writeString(foreign.resolve("thesis.tex"), "precious");
    assertThatThrownBy(() -> run(foreign, true, new StackingModels(), killer))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("thesis.tex");
  }

  @Test
  void oneRunAFolder() throws IOException {
    Path run = Files.createDirectories(directory.resolve("run"));
    RunLock.holding(
        run,
        () ->
            assertThatThrownBy(
                    () -> run(run, false, new StackingModels(), ProgressListener.silent()))
                .isInstanceOf(EspalierException.class)
                .hasMessageContaining("in use"));
  }

  private static List<String> metrics(Path run) {
    return MetricsLog.read(run.resolve("metrics.jsonl")).stream()
        .map(event -> event.toString().replaceAll("(seconds|tokensPerSecond)=[^,\\]]*", ""))
        .toList();
  }

  /** The bytes of all models and of each stage's last checkpoint. */
  private static Map<String, String> bundles(Path run) throws IOException {
    Map<String, String> bundles = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = run.relativize(file).toString();
        if (name.startsWith("stage-") && !name.endsWith(".json")) {
          bundles.put(name, Hashing.sha256().hashBytes(Files.readAllBytes(file)).toString());
        }
      }
    }
    return bundles;
  }
}
