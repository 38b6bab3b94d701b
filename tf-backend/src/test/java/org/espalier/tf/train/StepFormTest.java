package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.SeededRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class StepFormTest {
  private static final Map<String, String> SMALL =
      Map.of("blocks", "2", "residual", "16", "heads", "2", "vocabulary", "40", "positions", "12");

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"bert,gelu", "gpt,gelu", "gpt,gelu_tanh"})
  @DisplayName("Without dropout all forms have the same loss and gradients, up to rounding")
  void formsAgree(String family, String activation) {
    FamilyTraining.Written written = written(family, activation, "0");
    Map<String, double[]> plain = gradients(written, written.all(), StepForm.PLAIN);
    assertClose(gradients(written, written.all(), StepForm.FUSED), plain);
    assertClose(gradients(written, written.all(), StepForm.COMPILED), plain);
  }

  @ParameterizedTest
  @CsvSource({
    "bert,encoder/layer/1",
    "bert,embeddings/word/table",
    "gpt,embeddings/position",
    "gpt,final/norm"
  })
  @DisplayName("They agree on a part of the parameters too, with or without the tied table")
  void formsAgreeOnParts(String family, String prefix) {
    FamilyTraining.Written written = written(family, "gelu", "0");
    Set<String> part =
        written.all().stream().filter(n -> n.startsWith(prefix)).collect(Collectors.toSet());
    Map<String, double[]> plain = gradients(written, part, StepForm.PLAIN);
    assertThat(plain.keySet()).isEqualTo(part);
    assertClose(gradients(written, part, StepForm.FUSED), plain);
  }

  @Test
  @DisplayName("Training again gives the same bits, although the loss's error is made in place")
  void repeatsToTheBit() {
    FamilyTraining.Written written = written("gpt", "gelu", "0.1");
    for (StepForm form : StepForm.values()) {
      assertThat(trained(written, form)).as("%s", form).isEqualTo(trained(written, form));
    }
  }

  private static String trained(FamilyTraining.Written written, StepForm form) {
    try (FamilyTraining training = training(written, written.all(), form)) {
      StringBuilder losses = new StringBuilder();
      for (int step = 0; step < 20; step++) {
        StepResult result = training.trainer().step(example(), step, 0.01);
        losses.append(Double.toHexString(result.loss())).append(' ');
        losses.append(Double.toHexString(result.gradientNorm())).append(' ');
      }
      return losses.toString();
    }
  }

  private FamilyTraining.Written written(String family, String activation, String dropout) {
    Map<String, String> settings = new HashMap<>(SMALL);
    settings.put("activation", activation);
    settings.put("dropout", dropout);
    return FamilyTraining.Written.of(family, settings, directory.resolve(family));
  }

  private static FamilyTraining training(
      FamilyTraining.Written written, Set<String> trained, StepForm form) {
    OptimizerSettings optimizer = OptimizerSettings.adamW(0.01, 0, 0);
    return FamilyTraining.of(written, trained, optimizer, 3, 8, DeviceSettings.CPU, form);
  }

  private static Map<String, double[]> gradients(
      FamilyTraining.Written written, Set<String> trained, StepForm form) {
    try (FamilyTraining training = training(written, trained, form)) {
      assertThat(training.trainer().step(example(), 0, 0.01).loss()).isBetween(3.5, 3.9);
      return training.firstMoments();
    }
  }

  /** To 1e-5 of each parameter's largest gradient; the keys' bias has one of rounding errors. */
  private static void assertClose(Map<String, double[]> actual, Map<String, double[]> expected) {
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    expected.forEach(
        (name, values) -> {
          double largest = name.endsWith("key/bias") ? 1e-3 : 0;
          for (double value : values) {
            largest = Math.max(largest, Math.abs(value));
          }
          double furthest = 0;
          for (int i = 0; i < values.length; i++) {
            furthest = Math.max(furthest, Math.abs(values[i] - actual.get(name)[i]));
          }
          assertThat(furthest / largest).as(name).isLessThan(1e-5);
        });
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
