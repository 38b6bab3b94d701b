package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.SeededRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;

@DisplayName("Batches that are cut into parts")
final class AccumulationTest {
  private static final int ROWS = 8;
  private static final int LENGTH = 6;
  private static final OptimizerSettings CLIPPING =
      new OptimizerSettings(0.05, 0, 0, 0.9, 0.99, 1e-3, 0.1, 0.02);

  /** Row i has i positions to predict, so the first part has fewest, and of eight parts nothing. */
  private static List<TokenExample> cut(int parts) {
    SeededRandom random = SeededRandom.of(12);
    List<TokenExample> cut = new ArrayList<>();
    int size = ROWS / parts;
    for (int first = 0; first < ROWS; first += size) {
      int[][] tokens = new int[size][LENGTH];
      int[][] labels = new int[size][LENGTH];
      float[][] weights = new float[size][LENGTH];
      for (int i = 0; i < size; i++) {
        long row = (long) first + i;
        Arrays.setAll(tokens[i], j -> random.below(row * 100 + j, 7));
        Arrays.setAll(labels[i], j -> random.below(row * 100 + 50 + j, 7));
        Arrays.fill(weights[i], 0, (int) Math.min(LENGTH, row), 1);
      }
      cut.add(new TokenExample(tokens, labels, weights));
    }
    return cut;
  }

  private static TinyTraining training(
      TinyModel model, Map<String, Mask> masks, List<TokenExample> parts) {
    return TinyTraining.of(model, model.names(), CLIPPING, masks, parts);
  }

  @ParameterizedTest
  @CsvSource({"DT_DOUBLE, 2, 1e-12", "DT_DOUBLE, 8, 1e-12", "DT_FLOAT, 4, 2e-6"})
  void giveWhatTheWholeBatchGives(DataType dtype, int count, double tolerance) {
    TinyModel model = new TinyModel(dtype, 7, 4, 2, 0);
    try (TinyTraining whole = training(model, Map.of(), cut(1));
        TinyTraining parts = training(model, Map.of(), cut(count))) {
      assertThat(parts.trainer().flops()).isEqualTo(whole.trainer().flops());
      for (int step = 0; step < 4; step++) {
        StepResult ofWhole = whole.step(step, 0.05);
        StepResult ofParts = parts.step(step, 0.05);
        assertThat(ofWhole.gradientNorm()).as("clipping is at work").isGreaterThan(0.02);
        assertThat(ofParts.loss()).isCloseTo(ofWhole.loss(), within(tolerance));
        assertThat(ofParts.gradientNorm()).isCloseTo(ofWhole.gradientNorm(), within(tolerance));
      }
      for (ModelVariable variable : model.variables()) {
        assertThat(parts.value(variable))
            .as(variable.name())
            .containsExactly(whole.value(variable), within(tolerance));
        assertThat(parts.value(variable)).isNotEqualTo(TinyTraining.initial(variable));
      }
      assertThat(parts.trainer().updates()).containsOnly(4);
    }
  }

  @Test
  void eachPartDropsOtherUnits() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 7, 8, 2, 0.5);
    List<TokenExample> part = cut(2).subList(1, 2);
    List<TokenExample> twice = List.of(part.get(0), part.get(0));
    try (TinyTraining one = training(model, Map.of(), part);
        TinyTraining two = training(model, Map.of(), twice);
        TinyTraining again = training(model, Map.of(), twice)) {
      StepResult result = two.step(5, 0);
      assertThat(result.loss()).isNotEqualTo(one.step(5, 0).loss());
      assertThat(again.step(5, 0)).isEqualTo(result);
      assertThat(again.step(6, 0)).isNotEqualTo(result);
    }
  }

  @Test
  void masksAreHonoured() {
    String kernel = "block/1/kernel";
    Mask mask = Mask.of(new MaskSpec(8, 8, 4, 0), block -> block == 2);
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 7, 8, 2, 0.1);
    ModelVariable variable =
        model.variables().stream().filter(v -> v.name().equals(kernel)).findFirst().orElseThrow();
    try (TinyTraining training = training(model, Map.of(kernel, mask), cut(4))) {
      for (int step = 0; step < 20; step++) {
        training.step(step, 0.05);
      }
      double[] values = training.value(variable);
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i] == 0).as("element %d", i).isEqualTo(!mask.keeps(i));
      }
    }
  }
}
