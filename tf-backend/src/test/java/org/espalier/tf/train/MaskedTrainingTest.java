package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.espalier.api.OptimizerSettings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

@DisplayName("Training with masks")
final class MaskedTrainingTest {
  private static final String KERNEL = "block/1/kernel";
  private static final Mask MASK = Mask.of(new MaskSpec(8, 8, 4, 0), block -> block == 2);

  @Test
  void zerosStayZeroThroughAHundredStepsWithDecayAndClipping() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0.1);
    OptimizerSettings settings = new OptimizerSettings(0.05, 0, 0, 0.9, 0.99, 1e-6, 0.1, 0.5);
    ModelVariable kernel = kernel(model);
    try (TinyTraining training =
        TinyTraining.of(model, model.names(), settings, Map.of(KERNEL, MASK))) {
      double[] before = training.value(kernel);
      for (int step = 0; step < 100; step++) {
        training.step(step, 0.05);
      }
      for (String name :
          new String[] {
            TrainGraph.value(KERNEL),
            TrainGraph.firstMoment(KERNEL),
            TrainGraph.secondMoment(KERNEL)
          }) {
        double[] values = training.tensor(name, kernel);
        for (int i = 0; i < values.length; i++) {
          assertThat(values[i] == 0).as("%s[%d]", name, i).isEqualTo(!MASK.keeps(i));
        }
      }
      assertThat(training.value(kernel)).isNotEqualTo(before);
    }
  }

  @Test
  void onlyWhatTheMaskKeepsCountsInTheNorm() {
    TinyModel model = new TinyModel(DataType.DT_DOUBLE, 7, 8, 2, 0);
    ModelVariable kernel = kernel(model);
    OptimizerSettings settings = OptimizerSettings.adamW(0.01, 0, 0);
    try (TinyTraining training =
        TinyTraining.of(model, Set.of(KERNEL), settings, Map.of(KERNEL, MASK))) {
      double[] gradient = training.gradient(kernel);
      double kept = 0;
      double all = 0;
      for (int i = 0; i < gradient.length; i++) {
        kept += MASK.keeps(i) ? gradient[i] * gradient[i] : 0;
        all += gradient[i] * gradient[i];
      }
      assertThat(training.step(0, 0.01).gradientNorm())
          .isCloseTo(Math.sqrt(kept), within(1e-6))
          .isLessThan(0.9 * Math.sqrt(all));
    }
  }

  private static ModelVariable kernel(TinyModel model) {
    return model.variables().stream()
        .filter(variable -> variable.name().equals(KERNEL))
        .filter(variable -> Arrays.asList(8L, 8L).equals(variable.shape()))
        .findFirst()
        .orElseThrow();
  }
}
