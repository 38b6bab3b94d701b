package org.espalier.tf.train;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.api.TrainableSet;
import org.espalier.tf.bundle.BundleEntry;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.bundle.BundleWriter;
import org.tensorflow.proto.DataType;

/**
 * Moves a trainer's tensors between its session and bundles.
 *
 * <p>Parameters that this stage doesn't train keep the slots of the stage before, which pass from
 * bundle to bundle without entering the session.
 */
final class TrainerTensors {
  private static final int THREADS = 2;

  private final TrainableModel model;
  private final Trainer trainer;
  private final Optional<Path> slots;
  private final SessionMasks masks;

  /**
   * Moves tensors of {@code trainer}.
   *
   * @param slots prefix of the bundle with the slots at the stage's start; empty for zeros
   */
  TrainerTensors(TrainableModel model, Trainer trainer, Optional<Path> slots) {
    this.model = model;
    this.trainer = trainer;
    this.slots = slots;
    this.masks = new SessionMasks(trainer, model.masks());
  }

  /** The masks that the session holds. */
  SessionMasks masks() {
    return masks;
  }

  /**
   * Gives the session the model's values and the slots of the stage's start.
   *
   * @param rewarmed names of the parameters whose slots start at zero all the same
   */
  void start(Set<String> rewarmed) {
    Map<String, SessionVariables.Filler> fillers = new LinkedHashMap<>();
    try (BundleReader values = BundleReader.open(variables(model.directory()));
        BundleReader before = slots.isPresent() ? BundleReader.open(slots.get()) : null) {
      for (ModelVariable variable : trainer.held()) {
        String key = variable.keys().get(0);
        SessionVariables.Filler filler = filler(variable, values, key);
        fillers.put(TrainGraph.value(variable.name()), masks.requiringZeros(variable, filler));
      }
      fillers.putAll(masks.fillers());
      for (int i = 0; i < trainer.trained().size(); i++) {
        ModelVariable variable = trainer.trained().get(i);
        if (before != null && !rewarmed.contains(variable.name())) {
          addSlots(fillers, before, i);
        } else {
          fillers.put(TrainGraph.firstMoment(variable.name()), TensorBytes::clear);
          fillers.put(TrainGraph.secondMoment(variable.name()), TensorBytes::clear);
        }
      }
      trainer.assign(fillers);
    }
  }

  /** Gives the session what a checkpoint holds. */
  void restore(Checkpoint checkpoint) {
    Map<String, SessionVariables.Filler> fillers = new LinkedHashMap<>();
    try (BundleReader reader = BundleReader.open(checkpoint.prefix())) {
      for (ModelVariable variable : trainer.held()) {
        String key = TrainGraph.value(variable.name());
        fillers.put(key, filler(variable, reader, key));
      }
      for (int i = 0; i < trainer.trained().size(); i++) {
        addSlots(fillers, reader, i);
      }
      masks.restore(checkpoint.directory());
      fillers.putAll(masks.fillers());
      trainer.assign(fillers);
    }
  }

  /** Adds the slots of the trained parameter {@code number}, and sets its step count. */
  private void addSlots(
      Map<String, SessionVariables.Filler> fillers, BundleReader reader, int number) {
    ModelVariable variable = trainer.trained().get(number);
    String first = TrainGraph.firstMoment(variable.name());
    String second = TrainGraph.secondMoment(variable.name());
    List.of(first, second).forEach(key -> fillers.put(key, filler(variable, reader, key)));
    byte[] step = reader.readBytes(Checkpoint.step(variable.name()));
    trainer.updates()[number] = ByteBuffer.wrap(step).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  private static SessionVariables.Filler filler(
      ModelVariable variable, BundleReader reader, String key) {
    BundleEntry entry = reader.entry(key);
    if (entry.dtype() != variable.dtype() || !entry.shape().equals(variable.shape())) {
      throw new EspalierException(
          "Tensor '%s' of %s is %s %s, but the model's variable '%s' is %s %s"
              .formatted(
                  key,
                  reader.prefix(),
                  entry.dtype(),
                  entry.shape(),
                  variable.name(),
                  variable.dtype(),
                  variable.shape()));
    }
    return bytes -> reader.stream(key, bytes::put);
  }

  /** Writes a checkpoint's bundle into {@code folder}. */
  void save(Path folder) throws IOException {
    masks.save(folder);
    BundleWriter writer = BundleWriter.create(folder.resolve(Checkpoint.PREFIX));
    try (Snapshot snapshot = trainer.snapshot();
        BundleReader carried = slots.isPresent() ? BundleReader.open(slots.get()) : null) {
      for (ModelVariable variable : trainer.held()) {
        add(writer, snapshot, TrainGraph.value(variable.name()), variable);
      }
      Map<String, Integer> trained = new TreeMap<>();
      for (int i = 0; i < trainer.trained().size(); i++) {
        trained.put(trainer.trained().get(i).name(), i);
      }
      for (ModelVariable variable : slotted()) {
        String first = TrainGraph.firstMoment(variable.name());
        String second = TrainGraph.secondMoment(variable.name());
        String step = Checkpoint.step(variable.name());
        Integer number = trained.get(variable.name());
        if (number != null) {
          long updates = trainer.updates()[number];
          add(writer, snapshot, first, variable);
          add(writer, snapshot, second, variable);
          writer.add(step, DataType.DT_INT64, List.of(), (o, target) -> target.putLong(updates));
        } else if (carried != null) {
          List.of(first, second, step).forEach(key -> writer.copy(key, carried, key));
        } else {
          writer.add(first, variable.dtype(), variable.shape(), TrainerTensors::zeros);
          writer.add(second, variable.dtype(), variable.shape(), TrainerTensors::zeros);
          writer.add(step, DataType.DT_INT64, List.of(), TrainerTensors::zeros);
        }
      }
      writer.write(THREADS, bytes -> {});
    }
  }

  /**
   * Writes the variables of the trained model: those the session holds under all their keys, all
   * else as the start model has it.
   */
  void export(Path folder) {
    BundleWriter writer = BundleWriter.create(folder.resolve("variables"));
    try (Snapshot snapshot = trainer.snapshot();
        BundleReader start = BundleReader.open(variables(model.directory()))) {
      Map<String, ModelVariable> byKey = new TreeMap<>();
      trainer.held().forEach(v -> v.keys().forEach(key -> byKey.put(key, v)));
      for (String key : start.entries().keySet()) {
        ModelVariable variable = byKey.get(key);
        if (variable == null) {
          writer.copy(key, start, key);
        } else if (key.equals(firstOf(variable, start))) {
          TensorBytes bytes = snapshot.get(TrainGraph.value(variable.name()));
          writer.add(key, variable.dtype(), variable.shape(), bytes::get);
        } else {
          writer.alias(key, firstOf(variable, start));
        }
      }
      writer.write(THREADS, bytes -> {});
    }
  }

  /** The first of a variable's keys in the order in which entries are written. */
  private static String firstOf(ModelVariable variable, BundleReader start) {
    return variable.keys().stream()
        .filter(key -> start.entries().containsKey(key))
        .sorted()
        .findFirst()
        .get();
  }

  private List<ModelVariable> slotted() {
    Set<String> trainable = model.chosenBy(TrainableSet.ALL);
    return model.variables().stream().filter(v -> trainable.contains(v.name())).toList();
  }

  private static void add(
      BundleWriter writer, Snapshot snapshot, String name, ModelVariable variable) {
    writer.add(name, variable.dtype(), variable.shape(), snapshot.get(name)::get);
  }

  private static void zeros(long offset, ByteBuffer target) {
    target.put(new byte[target.remaining()]);
  }

  static Path variables(Path model) {
    return model.resolve("variables/variables");
  }
}
