package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.espalier.api.OptimizerAlgorithm;
import org.espalier.api.OptimizerSettings;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

@DisplayName("LAMB")
final class LambTest {
  private static final OptimizerSettings LAMB =
      new OptimizerSettings(0.05, 0, 0, 0.9, 0.99, 1e-3, 0.1, 0.02).with(OptimizerAlgorithm.LAMB);

  @Test
  void updatesAreThoseOfThePaper() {
    TinyModel model = new TinyModel(DataType.DT_DOUBLE, 7, 4, 2, 0);
    List<ModelVariable> variables = model.variables();
    try (TinyTraining training = TinyTraining.of(model, model.names(), LAMB)) {
      PlainLamb reference = reference(training, variables);
      List<String> trained = names(training.trainer().trained());
      double[] rates = new double[trained.size()];
      for (int step = 0; step < 5; step++) {
        int round = step;
        Arrays.setAll(rates, i -> 0.004 * (1 + (i + round) % 5));
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
  void singlePrecisionFollowsDouble() {
    TinyModel wide = new TinyModel(DataType.DT_DOUBLE, 7, 4, 2, 0);
    TinyModel narrow = new TinyModel(DataType.DT_FLOAT, 7, 4, 2, 0);
    try (TinyTraining inDouble = TinyTraining.of(wide, wide.names(), LAMB);
        TinyTraining inSingle = TinyTraining.of(narrow, narrow.names(), LAMB)) {
      for (int step = 0; step < 10; step++) {
        inDouble.step(step, 0.02);
        inSingle.step(step, 0.02);
      }
      for (int i = 0; i < wide.variables().size(); i++) {
        double[] values = inSingle.value(narrow.variables().get(i));
        assertThat(values).isNotEqualTo(TinyTraining.initial(narrow.variables().get(i)));
        assertThat(values).containsExactly(inDouble.value(wide.variables().get(i)), within(1e-5));
      }
    }
  }

  @Test
  void moveAsAdamWDoesAsFarAsTheWeightsAreLarge() {
    TinyModel model = new TinyModel(DataType.DT_DOUBLE, 7, 4, 2, 0);
    double rate = 1e-3;
    try (TinyTraining adam =
            TinyTraining.of(model, model.names(), LAMB.with(OptimizerAlgorithm.ADAMW));
        TinyTraining lamb = TinyTraining.of(model, model.names(), LAMB)) {
      adam.step(0, rate);
      lamb.step(0, rate);
      for (ModelVariable variable : model.variables()) {
        double[] before = TinyTraining.initial(variable);
        double[] byAdam = difference(adam.value(variable), before);
        double[] byLamb = difference(lamb.value(variable), before);
        if (variable.shape().size() < 2) {
          assertThat(byLamb).as(variable.name()).containsExactly(byAdam, within(1e-15));
        } else {
          assertThat(norm(byLamb)).isCloseTo(rate * norm(before), within(1e-12));
          double ratio = norm(byLamb) / norm(byAdam);
          for (int i = 0; i < byAdam.length; i++) {
            byAdam[i] *= ratio;
          }
          assertThat(byLamb).as(variable.name()).containsExactly(byAdam, within(1e-12));
        }
      }
    }
  }

  @Test
  void weightsThatAreAllZeroMoveAsByAdamW() {
    TinyModel model = new TinyModel(DataType.DT_DOUBLE, 7, 4, 2, 0);
    ModelVariable kernel = kernel(model);
    double[] zeros = new double[(int) kernel.elements()];
    try (TinyTraining adam =
            TinyTraining.of(model, Set.of(kernel.name()), LAMB.with(OptimizerAlgorithm.ADAMW));
        TinyTraining lamb = TinyTraining.of(model, Set.of(kernel.name()), LAMB)) {
      adam.set(kernel, zeros);
      lamb.set(kernel, zeros);
      adam.step(0, 0.01);
      lamb.step(0, 0.01);
      assertThat(norm(lamb.value(kernel))).isPositive();
      assertThat(lamb.value(kernel)).containsExactly(adam.value(kernel), within(1e-15));
    }
  }

  @Test
  void weightsWithoutGradientAndDecayStay() {
    TinyModel model = new TinyModel(DataType.DT_DOUBLE, 7, 4, 2, 0);
    OptimizerSettings settings =
        new OptimizerSettings(0.05, 0, 0, 0.9, 0.99, 1e-3, 0, 0).with(OptimizerAlgorithm.LAMB);
    TokenExample nothing = new TokenExample(new int[2][6], new int[2][6], new float[2][6]);
    try (TinyTraining training =
        TinyTraining.of(model, model.names(), settings, Map.of(), List.of(nothing))) {
      training.step(0, 0.01);
      for (ModelVariable variable : model.variables()) {
        assertThat(training.value(variable)).isEqualTo(TinyTraining.initial(variable));
      }
    }
  }

  @Test
  void zerosOfAMaskStayZeroAndTheRestIsFrozenOrMoves() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0.1);
    ModelVariable kernel = kernel(model);
    Mask mask = Mask.of(new MaskSpec(8, 8, 4, 0), block -> block == 2);
    Set<String> trained = Set.of(kernel.name(), "block/2/bias");
    try (TinyTraining training =
        TinyTraining.of(model, trained, LAMB, Map.of(kernel.name(), mask))) {
      double[] before = training.value(kernel);
      double length = 0;
      for (int step = 0; step < 30; step++) {
        double[] from = training.value(kernel);
        training.step(step, 0.01);
        length = norm(difference(training.value(kernel), from)) / norm(from);
        assertThat(length).as("step %d", step).isCloseTo(0.01, within(1e-6));
      }
      double[] values = training.value(kernel);
      assertThat(values).isNotEqualTo(before);
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i] == 0).as("element %d", i).isEqualTo(!mask.keeps(i));
      }
      for (ModelVariable variable : model.variables()) {
        if (!trained.contains(variable.name())) {
          assertThat(training.value(variable)).isEqualTo(TinyTraining.initial(variable));
        }
      }
    }
  }

  @Test
  void lossFalls() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0);
    OptimizerSettings usual = OptimizerSettings.adamW(0.02, 0, 0).with(OptimizerAlgorithm.LAMB);
    try (TinyTraining training = TinyTraining.of(model, model.names(), usual)) {
      double first = training.step(0, 0.02).loss();
      double last = first;
      for (int step = 1; step < 150; step++) {
        last = training.step(step, 0.02).loss();
      }
      assertThat(last).isLessThan(0.6 * first);
    }
  }

  private static PlainLamb reference(TinyTraining training, List<ModelVariable> variables) {
    PlainLamb reference = new PlainLamb(LAMB);
    variables.forEach(v -> reference.put(v.name(), training.value(v), v.shape().size() > 1));
    return reference;
  }

  private static List<String> names(List<ModelVariable> variables) {
    return variables.stream().map(ModelVariable::name).toList();
  }

  private static ModelVariable kernel(TinyModel model) {
    return model.variables().stream()
        .filter(variable -> variable.name().equals("block/1/kernel"))
        .findFirst()
        .orElseThrow();
  }

  private static double[] difference(double[] a, double[] b) {
    double[] difference = a.clone();
    Arrays.setAll(difference, i -> a[i] - b[i]);
    return difference;
  }

  private static double norm(double[] values) {
    return Math.sqrt(Arrays.stream(values).map(v -> v * v).sum());
  }
}
