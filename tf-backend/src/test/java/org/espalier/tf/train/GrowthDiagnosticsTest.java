package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.List;
import org.espalier.api.Objective;
import org.espalier.api.Parameter;
import org.espalier.tf.SampleText;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.report.BlockPoint;
import org.espalier.tf.report.EvalPoint;
import org.espalier.tf.report.Growth;
import org.espalier.tf.report.GrowthLoss;
import org.espalier.tf.report.GrowthSources;
import org.espalier.tf.report.MetricsLog;
import org.espalier.tf.report.ProgressListener;
import org.espalier.tf.report.RunEvent;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run's log tells of its growths. */
final class GrowthDiagnosticsTest {
  @TempDir private Path directory;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = SampleText.write(directory);
  }

  private List<RunEvent> events(String yaml) {
    Path run = directory.resolve("run");
    try (TokenStore tokens = TokenStore.of(text)) {
      new ScheduleRunner(
              new StackingModels(),
              tokens,
              new RunSettings(DeviceSettings.CPU, false, false, ProgressListener.silent()))
          .run(ScheduleYaml.parse(yaml), run);
    }
    return MetricsLog.read(run.resolve(MetricsLog.FILE_NAME));
  }

  @Test
  void aGrowthTellsWhatItDidAndCopiesPart() {
    List<RunEvent> events = events(ScheduleRunnerTest.SCHEDULE);
    // The last stage grows too, and nothing trains on.
    assertThat(only(Growth.class, events))
        .extracting(growth -> growth.sources().orElseThrow())
        .containsExactly(
            new GrowthSources(1, 0, elements("stage-1/start"), 0, 0, 0),
            new GrowthSources(2, 2 / 3.0, elements("stage-2/start"), 0, 0, 0));

    List<EvalPoint> losses = only(EvalPoint.class, events);
    List<GrowthLoss> growths = only(GrowthLoss.class, events);
    assertThat(growths).hasSize(1);
    assertThat(growths.get(0).at().stage()).isEqualTo(1);
    assertThat(growths.get(0).before()).isEqualTo(last(losses, 0));
    assertThat(growths.get(0).after())
        .isEqualTo(losses.stream().filter(e -> e.at().stage() == 1).findFirst().get().loss());

    List<BlockPoint> blocks = only(BlockPoint.class, events);
    assertThat(blocks)
        .extracting(point -> point.at().stage() + " " + point.at().step())
        .containsExactly("0 3", "0 5", "1 5", "1 7", "1 8");
    assertThat(blocks.get(0).copyDistance()).isEmpty();
    assertThat(blocks.get(0).gradientNorms()).hasSize(1).allMatch(norm -> norm > 0);
    assertThat(blocks.get(2).copyDistance()).hasValue(0);
    assertThat(blocks.get(2).gradientNorms()).isEmpty();
    assertThat(blocks.get(3).gradientNorms()).hasSize(2);
    // Only block 1 is trained.
    assertThat(blocks.get(3).gradientNorms().get(0)).isNaN();
    assertThat(blocks.get(3).gradientNorms().get(1)).isPositive();
    assertThat(blocks.get(4).copyDistance().orElseThrow())
        .isPositive()
        .isCloseTo(distanceOfBlocks(directory.resolve("run/stage-1/model")), within(1e-12));
  }

  @Test
  void theLossBeforeAGrowthIsMeasuredOnTheExamplesOfTheNextStage() {
    String longer =
        ScheduleRunnerTest.SCHEDULE.replace(
            "train: {objective: mlm, steps: 3, batch: 4, sequence: 16",
            "train: {objective: mlm, steps: 3, batch: 2, sequence: 12");
    assertThat(longer).isNotEqualTo(ScheduleRunnerTest.SCHEDULE);
    GrowthLoss growth = only(GrowthLoss.class, events(longer)).get(0);
    try (TokenStore tokens = TokenStore.of(text)) {
      Evaluator.Measurement small =
          Evaluator.evaluate(
              new StackingModels().open(directory.resolve("run/stage-0/model")),
              tokens.split(0.2),
              Objective.MLM,
              2,
              12,
              2,
              DeviceSettings.CPU);
      assertThat(growth.before()).isEqualTo(small.loss());
    }
  }

  private static <T extends RunEvent> List<T> only(Class<T> type, List<RunEvent> events) {
    return events.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static double last(List<EvalPoint> losses, int stage) {
    return losses.stream().filter(e -> e.at().stage() == stage).reduce((a, b) -> b).get().loss();
  }

  private long elements(String model) {
    Path path = directory.resolve("run").resolve(model);
    return new StackingModels().open(path).spec().parameterCount();
  }

  /** The mean over the kernels of 2 ‖a − b‖ / (‖a‖ + ‖b‖). */
  private static double distanceOfBlocks(Path model) {
    double sum = 0;
    int kernels = 0;
    try (BundleReader values = BundleReader.open(TrainerTensors.variables(model))) {
      for (Parameter parameter : new StackingModels().open(model).spec().parametersOf(0)) {
        if (parameter.shape().size() > 1) {
          FloatBuffer a = floats(values, CheckpointGraph.keyOf(parameter.nameIn(0)));
          FloatBuffer b = floats(values, CheckpointGraph.keyOf(parameter.nameIn(1)));
          double[] squares = new double[3];
          for (int i = 0; i < a.limit(); i++) {
            squares[0] += (double) a.get(i) * a.get(i);
            squares[1] += (double) b.get(i) * b.get(i);
            squares[2] += Math.pow((double) a.get(i) - b.get(i), 2);
          }
          sum += 2 * Math.sqrt(squares[2]) / (Math.sqrt(squares[0]) + Math.sqrt(squares[1]));
          kernels++;
        }
      }
    }
    return sum / kernels;
  }

  private static FloatBuffer floats(BundleReader reader, String key) {
    return ByteBuffer.wrap(reader.readBytes(key)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
