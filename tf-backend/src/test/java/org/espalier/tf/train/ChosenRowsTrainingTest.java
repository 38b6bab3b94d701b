package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.common.base.Splitter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.SeededRandom;
import org.espalier.api.TrainableSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

@DisplayName("A step with logits at chosen positions")
final class ChosenRowsTrainingTest {
  private static final int BATCH = 3;
  private static final int SEQUENCE = 8;
  private static final StepShape ALL = StepShape.tokens(BATCH, SEQUENCE);
  private static final StepShape CHOSEN = StepShape.masked(BATCH, SEQUENCE, 0.25);

  private static final Map<String, String> SMALL =
      Map.of("blocks", "2", "residual", "16", "heads", "2", "vocabulary", "40", "positions", "12");

  @TempDir private Path directory;

  /** What a step and an evaluation give; gradients as first moments. */
  private record Step(
      double loss, Map<String, double[]> gradients, LossMean evaluated, Flops flops) {}

  @ParameterizedTest
  @CsvSource({
    "bert,float64,PLAIN,dropout=0",
    "bert,float64,FUSED,dropout=0.1",
    "bert,float64,FUSED,tied_head=false;pooler=true",
    "bert,float32,FUSED,activation=gelu_tanh",
    "bert,float32,COMPILED,dropout=0.1",
    "gpt,float64,FUSED,dropout=0.1"
  })
  @DisplayName("has the loss and the gradients of one with logits everywhere")
  void agrees(String family, String dtype, StepForm form, String more) {
    Map<String, String> settings =
        new TreeMap<>(Splitter.on(';').withKeyValueSeparator('=').split(more));
    settings.putAll(SMALL);
    settings.put("dtype", dtype);
    FamilyTraining.Written written =
        FamilyTraining.Written.of(family, settings, directory.resolve("model"));
    Step all = step(written.model(), ALL, form);
    Step chosen = step(written.model(), CHOSEN, form);
    assertEqual(chosen, all, dtype.equals("float64") ? 1e-12 : 1e-6);
    // The head and the last feed-forward layers work on a quarter of the positions.
    assertThat((double) chosen.flops().total() / (double) all.flops().total()).isBetween(0.4, 0.7);
  }

  @Test
  @DisplayName("is one with logits everywhere where the head mixes positions, and agrees with it")
  void fallsBack() {
    FamilyTraining.Written written =
        FamilyTraining.Written.of("bert", SMALL, directory.resolve("model"));
    TrainableModel model = written.model();
    TrainableModel mixed =
        new TrainableModel(
            model.directory(),
            model.spec(),
            model.variables(),
            backwards(model.training()),
            backwards(model.inference()),
            Map.of());
    Step all = step(mixed, ALL, StepForm.FUSED);
    Step chosen = step(mixed, CHOSEN, StepForm.FUSED);
    assertEqual(chosen, all, 1e-6);
    assertThat(chosen.flops()).isEqualTo(all.flops());
    assertThat(step(model, ALL, StepForm.FUSED).loss()).isNotEqualTo(all.loss());
  }

  /** With the logits of each sequence in reverse order. */
  private static ForwardFunction backwards(ForwardFunction forward) {
    GraphEdit graph = new GraphEdit(forward.body());
    String axis =
        graph.constant("axis", GraphEdit.integers(DataType.DT_INT32, List.of(1L)), List.of(1L));
    NodeDef.Builder reverse = graph.add("ReverseV2", "backwards", forward.logits(), axis);
    reverse.putAttr("T", GraphEdit.type(DataType.DT_FLOAT));
    reverse.putAttr("Tidx", GraphEdit.type(DataType.DT_INT32));
    return new ForwardFunction(
        graph.toGraphDef(), forward.handles(), forward.inputs(), reverse.getName());
  }

  private static void assertEqual(Step chosen, Step all, double near) {
    assertThat(chosen.loss()).isCloseTo(all.loss(), within(4 * near));
    assertThat(chosen.evaluated().value()).isCloseTo(all.evaluated().value(), within(4 * near));
    assertThat(chosen.evaluated().accuracy()).isEqualTo(all.evaluated().accuracy());
    assertThat(chosen.evaluated().rows()).isEqualTo(all.evaluated().rows());
    assertClose(chosen.gradients(), all.gradients(), near);
  }

  private static Step step(TrainableModel model, StepShape shape, StepForm form) {
    OptimizerSettings optimizer = OptimizerSettings.adamW(0.01, 0, 0);
    try (FamilyTraining training =
        FamilyTraining.of(
            model, model.chosenBy(TrainableSet.ALL), optimizer, shape, DeviceSettings.CPU, form)) {
      LossMean mean = new LossMean();
      training.trainer().evaluate(example(5), mean);
      double loss = training.trainer().step(example(6), 0, 0.01).loss();
      return new Step(loss, training.firstMoments(), mean, training.trainer().flops());
    }
  }

  /**
   * To that part of each parameter's largest gradient; the keys' bias has one of rounding errors.
   */
  private static void assertClose(
      Map<String, double[]> actual, Map<String, double[]> expected, double near) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, values) -> {
          double largest = name.endsWith("key/bias") ? 1e-3 : 0;
          double furthest = 0;
          for (int i = 0; i < values.length; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
            furthest = Math.max(furthest, Math.abs(values[i] - actual.get(name)[i]));
          }
          assertThat(furthest / largest).as(name).isLessThan(near);
        });
  }

  @Test
  @DisplayName("without any position that counts has loss 0 and changes nothing")
  void nothingChosen() {
    FamilyTraining.Written written =
        FamilyTraining.Written.of("bert", SMALL, directory.resolve("model"));
    Example example = new TokenExample(new int[3][8], new int[3][8], new float[3][8]);
    OptimizerSettings optimizer = OptimizerSettings.adamW(0.01, 0, 0);
    try (FamilyTraining training =
        FamilyTraining.of(
            written.model(),
            written.all(),
            optimizer,
            CHOSEN,
            DeviceSettings.CPU,
            StepForm.FUSED)) {
      StepResult result = training.trainer().step(example, 0, 0.01);
      assertThat(result.loss()).isZero();
      assertThat(result.gradientNorm()).isZero();
    }
  }

  /** Another number of positions in each sequence, of another weight. */
  private static Example example(long seed) {
    SeededRandom random = SeededRandom.of(seed);
    int[][] tokens = new int[BATCH][SEQUENCE];
    int[][] labels = new int[BATCH][SEQUENCE];
    float[][] weights = new float[BATCH][SEQUENCE];
    for (int i = 0; i < BATCH * SEQUENCE; i++) {
      tokens[i / SEQUENCE][i % SEQUENCE] = random.below(i, 40);
      labels[i / SEQUENCE][i % SEQUENCE] = random.below(100 + i, 40);
      weights[i / SEQUENCE][i % SEQUENCE] = random.below(200 + i, 3) == 0 ? 1 + i % 2 : 0;
    }
    return new TokenExample(tokens, labels, weights);
  }
}
