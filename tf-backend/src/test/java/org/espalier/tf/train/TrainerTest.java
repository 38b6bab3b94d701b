package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.espalier.api.OptimizerSettings;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

final class TrainerTest {
  private static final OptimizerSettings PLAIN = OptimizerSettings.adamW(0.02, 0, 0);

  @Test
  void lossFalls() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0);
    try (TinyTraining training = TinyTraining.of(model, model.names(), PLAIN)) {
      double first = training.step(0, 0.02).loss();
      double last = first;
      for (int step = 1; step < 150; step++) {
        last = training.step(step, 0.02).loss();
      }
      assertThat(last).isLessThan(first / 2);
    }
  }

  @Test
  void gradientsMatchFiniteDifferences() {
    TinyModel model = new TinyModel(DataType.DT_DOUBLE, 7, 4, 2, 0);
    // One step of "AdamW" with β₁ = β₂ = 0 and a huge ε moves by rate · g / ε.
    OptimizerSettings revealing = new OptimizerSettings(1, 0, 0, 0, 0, 1e9, 0, 0);
    for (ModelVariable variable : model.variables()) {
      try (TinyTraining training = TinyTraining.of(model, model.names(), revealing)) {
        double[] before = training.value(variable);
        double[] differences = training.gradient(variable);
        StepResult step = training.step(0, 1e3);
        double[] after = training.value(variable);
        int number = training.trainer().trained().indexOf(variable);
        assertThat(step.gradientSquares().get(number))
            .isCloseTo(Arrays.stream(differences).map(g -> g * g).sum(), within(2e-6));
        assertThat(step.gradientSquares().stream().mapToDouble(square -> square).sum())
            .isCloseTo(step.gradientNorm() * step.gradientNorm(), within(1e-9));
        for (int i = 0; i < before.length; i++) {
          double gradient = (before[i] - after[i]) * 1e6;
          assertThat(gradient)
              .as("%s[%d]", variable.name(), i)
              .isCloseTo(differences[i], within(2e-6));
        }
      }
    }
  }

  @Test
  void updatesAreThoseOfPlainAdamW() {
    TinyModel model = new TinyModel(DataType.DT_DOUBLE, 7, 4, 2, 0);
    OptimizerSettings settings = new OptimizerSettings(0.05, 0, 0, 0.9, 0.99, 1e-3, 0.1, 0.02);
    List<ModelVariable> variables = model.variables();
    try (TinyTraining training = TinyTraining.of(model, model.names(), settings)) {
      PlainAdamW reference = new PlainAdamW(settings);
      variables.forEach(v -> reference.put(v.name(), training.value(v), v.shape().size() > 1));
      for (int step = 0; step < 5; step++) {
        double rate = 0.05 / (step + 1);
        variables.forEach(v -> reference.gradient(v.name(), training.gradient(v)));
        StepResult result = training.step(0, rate);
        assertThat(result.gradientNorm()).isCloseTo(reference.norm(), within(1e-6));
        assertThat(result.gradientNorm()).as("clipping is at work").isGreaterThan(0.02);
        reference.step(rate);
        for (ModelVariable variable : variables) {
          assertThat(training.value(variable))
              .as("%s after step %d", variable.name(), step)
              .containsExactly(reference.value(variable.name()), within(1e-6));
        }
      }
    }
  }

  @Test
  void eachParameterLearnsAndDecaysAtItsOwnRate() {
    TinyModel model = new TinyModel(DataType.DT_DOUBLE, 7, 4, 2, 0);
    OptimizerSettings settings = new OptimizerSettings(0.05, 0, 0, 0.9, 0.99, 1e-3, 0.1, 0.02);
    List<ModelVariable> variables = model.variables();
    try (TinyTraining training = TinyTraining.of(model, model.names(), settings)) {
      PlainAdamW reference = new PlainAdamW(settings);
      variables.forEach(v -> reference.put(v.name(), training.value(v), v.shape().size() > 1));
      List<String> trained =
          training.trainer().trained().stream().map(ModelVariable::name).toList();
      double[] rates = new double[trained.size()];
      for (int step = 0; step < 3; step++) {
        int round = step;
        Arrays.setAll(rates, i -> 0.01 * ((i + round) % trained.size()));
        variables.forEach(v -> reference.gradient(v.name(), training.gradient(v)));
        training.step(0, rates);
        reference.step(name -> rates[trained.indexOf(name)]);
        for (ModelVariable variable : variables) {
          assertThat(training.value(variable))
              .as("%s after step %d", variable.name(), step)
              .containsExactly(reference.value(variable.name()), within(1e-6));
        }
      }
    }
  }

  @Test
  void frozenParametersKeepTheirBits() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0.1);
    Set<String> top = Set.of("block/2/kernel", "block/2/scale");
    try (TinyTraining training = TinyTraining.of(model, top, PLAIN)) {
      for (int step = 0; step < 3; step++) {
        training.step(step, 0.02);
      }
      for (ModelVariable variable : model.variables()) {
        boolean same = Arrays.equals(training.value(variable), TinyTraining.initial(variable));
        assertThat(same).as(variable.name()).isEqualTo(!top.contains(variable.name()));
      }
    }
  }

  @Test
  void backwardPassStopsAtTheLowestTrainedBlock() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0);
    // x·kernel: rows × 8 × 8, twice in the backward pass; logits: rows × 8 × 11.
    long rows = TinyTraining.BATCH * TinyTraining.SEQUENCE;
    long kernel = 2 * rows * 8 * 8;
    long logits = 2 * rows * 8 * 11;
    try (TinyTraining training = TinyTraining.of(model, model.names(), PLAIN)) {
      assertThat(training.trainer().flops())
          .isEqualTo(new Flops(3 * kernel + logits, 6 * kernel + 2 * logits));
    }
    try (TinyTraining training = TinyTraining.of(model, Set.of("block/2/kernel"), PLAIN)) {
      assertThat(training.trainer().flops())
          .isEqualTo(new Flops(3 * kernel + logits, kernel + logits));
    }
  }

  @Test
  void sameStepsGiveTheSameBits() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0.2);
    assertThat(trained(model, 6)).isEqualTo(trained(model, 6));
  }

  @Test
  void dropoutIsDrawnByStepAndSeedAlone() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0.5);
    try (TinyTraining first = TinyTraining.of(model, model.names(), PLAIN);
        TinyTraining second = TinyTraining.of(model, model.names(), PLAIN)) {
      StepResult ofFirst = first.step(41, 0);
      assertThat(second.step(40, 0)).isNotEqualTo(ofFirst);
      assertThat(second.step(41, 0)).isEqualTo(ofFirst);
    }
  }

  @Test
  void dropsTheShareItSaysAndKeepsTheMean() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0);
    TinyModel dropping = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0.3);
    try (TinyTraining plain = TinyTraining.of(model, model.names(), PLAIN);
        TinyTraining dropped = TinyTraining.of(dropping, dropping.names(), PLAIN)) {
      double mean = 0;
      for (int step = 0; step < 50; step++) {
        mean += dropped.step(step, 0).loss() / 50;
      }
      assertThat(mean).isNotEqualTo(plain.loss());
      assertThat(mean).isCloseTo(plain.loss(), within(0.2));
    }
  }

  @Test
  void namesOpsWithoutGradient() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 2, 0).withActivation("Digamma");
    assertThatThrownBy(() -> TinyTraining.of(model, model.names(), PLAIN))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("Digamma")
        .hasMessageContaining("block/0/activation");
    // Below everything that is trained it does no harm.
    try (TinyTraining training = TinyTraining.of(model, Set.of("block/1/scale"), PLAIN)) {
      assertThat(training.trainer().trained()).hasSize(1);
    }
  }

  private static List<String> trained(TinyModel model, int steps) {
    try (TinyTraining training = TinyTraining.of(model, model.names(), PLAIN)) {
      for (int step = 0; step < steps; step++) {
        training.step(step, 0.02);
      }
      return model.variables().stream().map(v -> Arrays.toString(training.value(v))).toList();
    }
  }
}
