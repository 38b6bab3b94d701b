package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.DType;
import org.espalier.api.GrowthPlan;
import org.espalier.api.HostTensor;
import org.espalier.api.Moment;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Parameter;
import org.espalier.api.ReferenceExecutor;
import org.espalier.api.SeededRandom;
import org.espalier.api.SlotPolicy;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.espalier.tf.family.FamilyModel;
import org.espalier.tf.family.FamilyOptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Scaled first moments")
class ScaledSlotsGradientTest {
  private static final Map<String, String> SMALL =
      Map.of(
          "blocks",
          "2",
          "residual",
          "8",
          "heads",
          "2",
          "ffn",
          "6",
          "vocabulary",
          "41",
          "positions",
          "8",
          "dropout",
          "0",
          "head_size",
          "4");

  @TempDir private Path directory;

  /** After one step from zero, a first moment is the gradient times 1 − β₁. */
  @ParameterizedTest
  @ValueSource(strings = {"bert", "gpt"})
  @DisplayName("are the gradients that the wider model has on the same batch")
  void areTheGradientsOfTheWiderModel(String family) {
    FamilyTraining.Written small =
        FamilyTraining.Written.of(family, SMALL, directory.resolve("small"));
    Path wide = directory.resolve("wide");
    GrowthPlan plan;
    try (Model model = Espalier.open(small.directory())) {
      plan =
          model.plan(
              "decoalesce",
              Map.of(
                  "heads",
                  "[[0,2,3],[1]]",
                  "residual",
                  "halves",
                  "ffn",
                  "[[0],[1,6],[2,7,8],[3],[4],[5]]",
                  "blocks",
                  "keep"));
      model.grow(plan, wide);
    }
    Map<String, HostTensor> scaled =
        new ReferenceExecutor()
            .execute(
                plan.to().parametersByName(),
                plan.slotRules(SlotPolicy.SCALED, Moment.FIRST),
                tensors(plan.from().parametersByName(), moments(small)),
                Map.of());

    Map<String, String> sizes = new TreeMap<>(SMALL);
    sizes.putAll(Map.of("residual", "16", "heads", "4", "ffn", "9"));
    Map<String, double[]> wanted =
        moments(
            new FamilyTraining.Written(
                wide, FamilyModel.build(FamilyOptions.parse(family, sizes))));

    assertThat(scaled.keySet()).isEqualTo(wanted.keySet());
    scaled.forEach(
        (name, tensor) -> {
          double[] gradient = wanted.get(name);
          // The keys' bias has a gradient of rounding errors.
          double largest = name.endsWith("key/bias") ? 1e-3 : 0;
          double furthest = 0;
          for (int i = 0; i < gradient.length; i++) {
            largest = Math.max(largest, Math.abs(gradient[i]));
            furthest = Math.max(furthest, Math.abs(tensor.at(i) - gradient[i]));
          }
          assertThat(furthest / largest).as(name).isLessThan(1e-4);
        });
  }

  private static Map<String, double[]> moments(FamilyTraining.Written written) {
    // Without a limit: the norm of all gradients is another in the wider model.
    OptimizerSettings optimizer = new OptimizerSettings(0.01, 0, 0, 0.9, 0.99, 1e-6, 0, 0);
    try (FamilyTraining training =
        FamilyTraining.of(
            written, written.all(), optimizer, 3, 8, DeviceSettings.CPU, StepForm.PLAIN)) {
      training.trainer().step(example(), 0, 0.01);
      return training.firstMoments();
    }
  }

  private static Map<String, HostTensor> tensors(
      Map<String, Parameter> parameters, Map<String, double[]> values) {
    Map<String, HostTensor> tensors = new LinkedHashMap<>();
    values.forEach(
        (name, elements) ->
            tensors.put(
                name, HostTensor.of(DType.FLOAT32, parameters.get(name).shape(), elements)));
    return tensors;
  }

  private static Example example() {
    SeededRandom random = SeededRandom.of(8);
    int[][] rows = new int[3][9];
    for (int i = 0; i < 27; i++) {
      rows[i / 9][i % 9] = random.below(i, 40);
    }
    return TokenExample.nextToken(rows);
  }
}
