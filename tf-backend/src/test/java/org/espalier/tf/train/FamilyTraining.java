package org.espalier.tf.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.espalier.api.Mask;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Precision;
import org.espalier.api.SeededRandom;
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
    return of(model, trained, optimizer, shape, device, form, Precision.FULL, FamilyMasks.NONE);
  }

  static FamilyTraining of(
      TrainableModel model,
      Set<String> trained,
      OptimizerSettings optimizer,
      StepShape shape,
      DeviceSettings device,
      StepForm form,
      Precision precision) {
    return of(model, trained, optimizer, shape, device, form, precision, FamilyMasks.NONE);
  }

  /** With masks; what they leave out starts with zero. */
  static FamilyTraining of(
      TrainableModel model,
      Set<String> trained,
      OptimizerSettings optimizer,
      StepShape shape,
      DeviceSettings device,
      StepForm form,
      Precision precision,
      FamilyMasks masks) {
    TrainingTask task = task(model, trained, optimizer, shape, precision, masks);
    FamilyTraining training = new FamilyTraining(new Trainer(task, device, form));
    training.fill(TrainerTensors.variables(model.directory()), masks.masks());
    return training;
  }

  static TrainingTask task(
      TrainableModel model,
      Set<String> trained,
      OptimizerSettings optimizer,
      StepShape shape,
      Precision precision) {
    return task(model, trained, optimizer, shape, precision, FamilyMasks.NONE);
  }

  private static TrainingTask task(
      TrainableModel model,
      Set<String> trained,
      OptimizerSettings optimizer,
      StepShape shape,
      Precision precision,
      FamilyMasks masks) {
    return new TrainingTask(
        model.variables(),
        model.training(),
        model.inference(),
        trained,
        model.decayed(),
        masks.of(trained),
        masks.specs(),
        optimizer,
        shape,
        1,
        1,
        precision);
  }

  private void fill(Path prefix, Map<String, Mask> masks) {
    Map<String, SessionVariables.Filler> fillers =
        new TreeMap<>(new SessionMasks(trainer, masks).fillers());
    for (ModelVariable variable : trainer.trained()) {
      fillers.put(TrainGraph.firstMoment(variable.name()), TensorBytes::clear);
      fillers.put(TrainGraph.secondMoment(variable.name()), TensorBytes::clear);
    }
    try (BundleReader bundle = BundleReader.open(prefix)) {
      for (ModelVariable variable : trainer.held()) {
        String key = variable.keys().get(0);
        Mask mask = masks.get(variable.name());
        fillers.put(
            TrainGraph.value(variable.name()),
            bytes -> {
              bundle.stream(key, bytes::put);
              if (mask != null) {
                clear(mask, bytes);
              }
            });
      }
      trainer.assign(fillers);
    }
  }

  /** Puts zeros where a mask does. */
  private static void clear(Mask mask, TensorBytes bytes) {
    int size = (int) (bytes.size() / mask.spec().elements());
    ByteBuffer all = ByteBuffer.allocate((int) bytes.size());
    bytes.get(0, all);
    for (int i = 0; i < mask.spec().elements(); i++) {
      if (!mask.keeps(i)) {
        all.put(i * size, new byte[size]);
      }
    }
    bytes.put(0, all.flip());
  }

  /** Three sequences of eight tokens below 40, of whose positions a share counts. */
  static TokenExample example(double share) {
    SeededRandom random = SeededRandom.of(8);
    int[][] tokens = new int[3][8];
    int[][] labels = new int[3][8];
    float[][] weights = new float[3][8];
    for (int i = 0; i < 24; i++) {
      tokens[i / 8][i % 8] = random.below(i, 40);
      labels[i / 8][i % 8] = random.below(100 + i, 40);
      weights[i / 8][i % 8] = i * 7 % 24 < 24 * share ? 1 : 0;
    }
    return new TokenExample(tokens, labels, weights);
  }

  Trainer trainer() {
    return trainer;
  }

  /** Gives the session other masks; what they leave out becomes zero. */
  void replace(Map<String, Mask> masks) {
    Map<String, SessionVariables.Filler> fillers =
        new TreeMap<>(new SessionMasks(trainer, masks).fillers());
    Set<String> trained =
        trainer.trained().stream().map(ModelVariable::name).collect(Collectors.toSet());
    try (Snapshot snapshot = trainer.snapshot()) {
      masks.forEach(
          (name, mask) -> {
            Set<String> tensors = new TreeSet<>(Set.of(TrainGraph.value(name)));
            if (trained.contains(name)) {
              tensors.add(TrainGraph.firstMoment(name));
              tensors.add(TrainGraph.secondMoment(name));
            }
            for (String tensor : tensors) {
              ByteBuffer old = ByteBuffer.allocate((int) snapshot.get(tensor).size());
              snapshot.get(tensor).get(0, old);
              fillers.put(
                  tensor,
                  bytes -> {
                    bytes.put(0, old.flip());
                    clear(mask, bytes);
                  });
            }
          });
      trainer.assign(fillers);
    }
  }

  Map<String, double[]> values() {
    return tensors(TrainGraph::value);
  }

  /** The first moments of all trained parameters: after one step, their gradients times 1 − β₁. */
  Map<String, double[]> firstMoments() {
    return tensors(TrainGraph::firstMoment);
  }

  /** Of the trained parameters. */
  private Map<String, double[]> tensors(UnaryOperator<String> kind) {
    Map<String, double[]> tensors = new TreeMap<>();
    try (Snapshot snapshot = trainer.snapshot()) {
      for (ModelVariable variable : trainer.trained()) {
        boolean wide = variable.dtype() == DataType.DT_DOUBLE;
        double[] values = new double[(int) variable.elements()];
        ByteBuffer bytes = ByteBuffer.allocate(values.length * (wide ? 8 : 4));
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        snapshot.get(kind.apply(variable.name())).get(0, bytes);
        bytes.flip();
        Arrays.setAll(values, i -> wide ? bytes.getDouble() : bytes.getFloat());
        tensors.put(variable.name(), values);
      }
    }
    return tensors;
  }

  @Override
  public void close() {
    trainer.close();
  }
}
