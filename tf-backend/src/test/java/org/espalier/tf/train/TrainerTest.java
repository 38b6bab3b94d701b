package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.SeededRandom;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

final class TrainerTest {
  private static final int BATCH = 4;
  private static final int SEQUENCE = 6;

  @Test
  void lossFalls() {
    TinyModel model = new TinyModel(DataType.DT_FLOAT, 11, 8, 3, 0.1);
    try (Trainer trainer = trainer(model, all(model), OptimizerSettings.adamW(0.02, 0, 0))) {
      double first = trainer.step(example(0), 0, 0.02).loss();
      double last = first;
      for (int step = 1; step < 60; step++) {
        last = trainer.step(example(0), step, 0.02).loss();
      }
      assertThat(last).isLessThan(first / 2);
    }
  }

  static Set<String> all(TinyModel model) {
    return model.variables().stream().map(ModelVariable::name).collect(Collectors.toSet());
  }

  static Trainer trainer(TinyModel model, Set<String> trained, OptimizerSettings optimizer) {
    Set<String> decayed =
        model.variables().stream()
            .filter(v -> v.shape().size() > 1)
            .map(ModelVariable::name)
            .collect(Collectors.toSet());
    TrainingTask task =
        new TrainingTask(
            model.variables(),
            model.forward(),
            model.forward(),
            trained,
            decayed,
            optimizer,
            BATCH,
            SEQUENCE,
            7);
    Trainer trainer = new Trainer(task, DeviceSettings.CPU);
    for (ModelVariable variable : trainer.held()) {
      set(trainer, variable, TinyModel.initial(variable, 3));
    }
    for (ModelVariable variable : trainer.trained()) {
      trainer.assign(TrainGraph.firstMoment(variable.name()), TensorBytes::clear);
      trainer.assign(TrainGraph.secondMoment(variable.name()), TensorBytes::clear);
    }
    return trainer;
  }

  static void set(Trainer trainer, ModelVariable variable, double[] values) {
    boolean wide = variable.dtype() == DataType.DT_DOUBLE;
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * (wide ? 8 : 4)).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      if (wide) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
    trainer.assign(TrainGraph.value(variable.name()), t -> t.put(0, bytes.flip()));
  }

  static Example example(int number) {
    SeededRandom random = SeededRandom.of(99 + number);
    int[][] rows = new int[BATCH][SEQUENCE + 1];
    for (int i = 0; i < BATCH; i++) {
      for (int j = 0; j <= SEQUENCE; j++) {
        rows[i][j] = random.below((long) i * 100 + j, 11);
      }
    }
    return Example.nextToken(rows);
  }
}
