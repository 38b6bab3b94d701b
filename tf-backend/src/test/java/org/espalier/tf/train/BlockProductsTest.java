package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Precision;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.DataType;

@DisplayName("Products by blocks")
final class BlockProductsTest {
  private static final Map<String, String> SMALL =
      Map.of("blocks", "2", "residual", "32", "heads", "2", "vocabulary", "40", "positions", "12");
  private static final OptimizerSettings SETTINGS =
      new OptimizerSettings(0.01, 0, 0, 0.9, 0.99, 1e-6, 0.1, 0.5);

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"bert,,8,1", "gpt,,8,1", "gpt,,16,1", "bert,,8,0.3", "bert,encoder/layer/1,8,1"})
  @DisplayName("have the losses, norms and weights of whole products, also after blocks moved")
  void agree(String family, String prefix, int block, double share) {
    FamilyTraining.Written written = written(family);
    Set<String> trained =
        written.all().stream()
            .filter(name -> prefix == null || name.startsWith(prefix))
            .collect(Collectors.toSet());
    try (FamilyTraining whole = training(written, trained, block, share, false);
        FamilyTraining blocks = training(written, trained, block, share, true)) {
      assertThat(blocks.trainer().byBlocks()).hasSize(12);
      assertThat(blocks.trainer().masked()).isEmpty();
      assertThat(blocks.trainer().flops().total()).isLessThan(whole.trainer().flops().total());
      assertThat(blocks.trainer().flopsOfWholeKernels()).isEqualTo(whole.trainer().flops());
      for (int step = 0; step < 8; step++) {
        if (step == 4) {
          Map<String, Mask> moved = masks(written, block, 7, true).masks();
          whole.replace(moved);
          blocks.replace(moved);
        }
        StepResult expected = whole.trainer().step(FamilyTraining.example(share), step, 0.01);
        StepResult actual = blocks.trainer().step(FamilyTraining.example(share), step, 0.01);
        assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-9));
        assertThat(actual.gradientNorm()).isCloseTo(expected.gradientNorm(), within(1e-9));
        assertClose(blocks.values(), whole.values());
        assertClose(blocks.firstMoments(), whole.firstMoments());
      }
      assertThat(loss(blocks, share)).isCloseTo(loss(whole, share), within(1e-9));
    }
  }

  @Test
  @DisplayName("keep zeros zero, and give the same bits again")
  void keepZeros() {
    FamilyTraining.Written written = written("bert");
    Map<String, double[]> first = trained(written);
    Map<String, Mask> masks = masks(written, 8, 3, true).masks();
    assertThat(masks).hasSize(12);
    masks.forEach(
        (name, mask) -> {
          double[] values = first.get(name);
          for (int i = 0; i < values.length; i++) {
            assertThat(values[i] == 0).as("%s[%d]", name, i).isEqualTo(!mask.keeps(i));
          }
        });
    Map<String, double[]> second = trained(written);
    first.forEach((name, values) -> assertThat(second.get(name)).isEqualTo(values));
  }

  private static Map<String, double[]> trained(FamilyTraining.Written written) {
    try (FamilyTraining training = training(written, written.all(), 8, 1, true)) {
      for (int step = 0; step < 20; step++) {
        training.trainer().step(FamilyTraining.example(1), step, 0.01);
      }
      return training.values();
    }
  }

  @Test
  @DisplayName("are counted as what is computed")
  void counted() {
    FamilyTraining.Written written = written("gpt");
    try (FamilyTraining whole = training(written, written.all(), 8, 1, false);
        FamilyTraining blocks = training(written, written.all(), 8, 1, true)) {
      Map<String, Mask> masks = masks(written, 8, 3, true).masks();
      Flops all = whole.trainer().flops();
      Flops some = blocks.trainer().flops();
      long zeros = 0;
      for (Map.Entry<String, Mask> mask : masks.entrySet()) {
        long of = whole.trainer().products(mask.getKey()) / mask.getValue().spec().blocks();
        zeros += of * (mask.getValue().spec().blocks() - mask.getValue().spec().active());
      }
      assertThat(some.forward()).isEqualTo(all.forward() - zeros);
      assertThat(some.backward()).isEqualTo(all.backward() - 2 * zeros);
      assertThat(DensityScaledFlops.of(blocks.trainer(), masks)).isEqualTo((double) some.total());
      assertThat(DensityScaledFlops.of(whole.trainer(), masks)).isEqualTo((double) some.total());
    }
  }

  @Test
  @DisplayName("are made where all sequences of a batch are multiplied with a kernel")
  void ofBatches() {
    TinyModel model = new TinyModel(DataType.DT_DOUBLE, 7, 8, 2, 0);
    Map<String, Mask> masks =
        Map.of(
            "block/0/kernel", Mask.of(new MaskSpec(8, 8, 2, 0), block -> block % 5 == 0),
            "block/1/kernel", Mask.of(new MaskSpec(8, 8, 4, 0), block -> block == 2));
    try (TinyTraining whole = tiny(model, new FamilyMasks(masks, false));
        TinyTraining blocks = tiny(model, new FamilyMasks(masks, true))) {
      assertThat(blocks.trainer().byBlocks()).hasSize(2);
      assertThat(blocks.trainer().masked()).isEmpty();
      for (int step = 0; step < 5; step++) {
        StepResult expected = whole.step(step, 0.01);
        StepResult actual = blocks.step(step, 0.01);
        assertThat(actual.loss()).isCloseTo(expected.loss(), within(1e-12));
        assertThat(actual.gradientNorm()).isCloseTo(expected.gradientNorm(), within(1e-9));
      }
      for (ModelVariable variable : model.variables()) {
        assertThat(blocks.value(variable)).containsExactly(whole.value(variable), within(1e-9));
      }
    }
  }

  @Test
  @DisplayName("are not made with the table that is gathered from, whose head is dense")
  void onlyOfPlainProducts() {
    TinyModel model = new TinyModel(DataType.DT_DOUBLE, 8, 8, 1, 0);
    Map<String, Mask> masks =
        Map.of("table", Mask.of(new MaskSpec(8, 8, 2, 0), block -> block % 5 == 0));
    try (TinyTraining whole = tiny(model, new FamilyMasks(masks, false));
        TinyTraining blocks = tiny(model, new FamilyMasks(masks, true))) {
      assertThat(blocks.trainer().masked()).hasSize(1);
      for (int step = 0; step < 5; step++) {
        assertThat(blocks.step(step, 0.01).loss())
            .isCloseTo(whole.step(step, 0.01).loss(), within(1e-12));
      }
      for (ModelVariable variable : model.variables()) {
        assertThat(blocks.value(variable)).containsExactly(whole.value(variable), within(1e-9));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"8,1,false", "16,1,true", "16,2,false", "32,3,true", "32,4,false", "64,6,true"})
  @DisplayName("are made on the processor where few and large enough blocks are in use")
  void whereTheyPay(int block, int ofSixteen, boolean paid) {
    MaskSpec spec = new MaskSpec(4L * block, 4L * block, block, ofSixteen);
    assertThat(SparseForm.of(Map.of("kernel", spec), DeviceSettings.CPU).isEmpty())
        .isNotEqualTo(paid);
    assertThat(SparseForm.of(Map.of("kernel", spec), new DeviceSettings("gpu:0", 0, 0))).isEmpty();
  }

  private static TinyTraining tiny(TinyModel model, FamilyMasks masks) {
    return TinyTraining.of(
        model, model.names(), SETTINGS, masks, List.of(TinyTraining.nextTokens()));
  }

  private FamilyTraining.Written written(String family) {
    Map<String, String> settings = new HashMap<>(SMALL);
    settings.put("dropout", "0");
    settings.put("dtype", "float64");
    return FamilyTraining.Written.of(family, settings, directory.resolve(family));
  }

  private static FamilyMasks masks(
      FamilyTraining.Written written, int block, long seed, boolean byBlocks) {
    return FamilyMasks.random(written.built().spec(), 0.75, block, seed, byBlocks);
  }

  private static FamilyTraining training(
      FamilyTraining.Written written,
      Set<String> trained,
      int block,
      double share,
      boolean byBlocks) {
    return FamilyTraining.of(
        written.model(),
        trained,
        SETTINGS,
        StepShape.masked(3, 8, share),
        DeviceSettings.CPU,
        StepForm.FUSED,
        Precision.FULL,
        masks(written, block, 3, byBlocks));
  }

  private static double loss(FamilyTraining training, double share) {
    LossMean mean = new LossMean();
    training.trainer().evaluate(FamilyTraining.example(share), mean);
    return mean.value();
  }

  /** To 1e-8 of each parameter's largest number, or of 1e-3. */
  private static void assertClose(Map<String, double[]> actual, Map<String, double[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    Map<String, Double> furthest = new LinkedHashMap<>();
    expected.forEach(
        (name, values) -> {
          double largest = 1e-3;
          double distance = 0;
          for (int i = 0; i < values.length; i++) {
            largest = Math.max(largest, Math.abs(values[i]));
            distance = Math.max(distance, Math.abs(values[i] - actual.get(name)[i]));
          }
          furthest.put(name, distance / largest);
        });
    assertThat(furthest).allSatisfy((name, distance) -> assertThat(distance).isLessThan(1e-8));
  }
}
