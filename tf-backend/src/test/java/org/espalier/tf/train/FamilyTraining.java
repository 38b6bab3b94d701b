package org.espalier.tf.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Precision;
import org.espalier.api.TrainableSet;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.family.FamilyModel;
import org.tensorflow.proto.DataType;

/** A trainer of a family's model with its initial values. */
final class FamilyTraining implements AutoCloseable {
  private final Trainer trainer;

  private FamilyTraining(Trainer trainer) {
    this.trainer = trainer;
  }

  /** A written model: where, and what was built. */
  record Written(Path directory, FamilyModel built) {
    static Written of(String family, Map<String, String> settings, Path directory) {
      return new Written(directory, FamilyModels.write(family, settings, 5, directory));
    }

    TrainableModel model() {
      return TrainableModel.read(directory, built.spec(), Calling.BY_CONVENTION);
    }

    Set<String> all() {
      return model().chosenBy(TrainableSet.ALL);
    }
  }

  static FamilyTraining of(
      Written written,
      Set<String> trained,
      OptimizerSettings optimizer,
      int batch,
      int sequence,
      DeviceSettings device,
      StepForm form) {
    StepShape shape = StepShape.tokens(batch, sequence);
    return of(written.model(), trained, optimizer, shape, device, form);
  }

  static FamilyTraining of(
      TrainableModel model,
      Set<String> trained,
      OptimizerSettings optimizer,
      StepShape shape,
      DeviceSettings device,
      StepForm form) {
    return of(model, trained, optimizer, shape, device, form, Precision.FULL);
  }

  static FamilyTraining of(
      TrainableModel model,
      Set<String> trained,
      OptimizerSettings optimizer,
      StepShape shape,
      DeviceSettings device,
      StepForm form,
      Precision precision) {
    TrainingTask task = task(model, trained, optimizer, shape, precision);
    FamilyTraining training = new FamilyTraining(new Trainer(task, device, form));
    training.fill(TrainerTensors.variables(model.directory()));
    return training;
  }

  static TrainingTask task(
      TrainableModel model,
      Set<String> trained,
      OptimizerSettings optimizer,
      StepShape shape,
      Precision precision) {
    return new TrainingTask(
        model.variables(),
        model.training(),
        model.inference(),
        trained,
        model.decayed(),
        Set.of(),
        optimizer,
        shape,
        1,
        1,
        precision);
  }

  private void fill(Path prefix) {
    Map<String, SessionVariables.Filler> fillers = new TreeMap<>();
    for (ModelVariable variable : trainer.trained()) {
      fillers.put(TrainGraph.firstMoment(variable.name()), TensorBytes::clear);
      fillers.put(TrainGraph.secondMoment(variable.name()), TensorBytes::clear);
    }
    try (BundleReader bundle = BundleReader.open(prefix)) {
      for (ModelVariable variable : trainer.held()) {
        String key = variable.keys().get(0);
        fillers.put(TrainGraph.value(variable.name()), bytes -> bundle.stream(key, bytes::put));
      }
      trainer.assign(fillers);
    }
  }

  Trainer trainer() {
    return trainer;
  }

  /** The first moments of all trained parameters: after one step, their gradients times 1 − β₁. */
  Map<String, double[]> firstMoments() {
    Map<String, double[]> moments = new TreeMap<>();
    try (Snapshot snapshot = trainer.snapshot()) {
      for (ModelVariable variable : trainer.trained()) {
        boolean wide = variable.dtype() == DataType.DT_DOUBLE;
        double[] values = new double[(int) variable.elements()];
        ByteBuffer bytes = ByteBuffer.allocate(values.length * (wide ? 8 : 4));
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        snapshot.get(TrainGraph.firstMoment(variable.name())).get(0, bytes);
        bytes.flip();
        Arrays.setAll(values, i -> wide ? bytes.getDouble() : bytes.getFloat());
        moments.put(variable.name(), values);
      }
    }
    return moments;
  }

  @Override
  public void close() {
    trainer.close();
  }
}
