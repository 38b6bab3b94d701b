package org.espalier.tf.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.espalier.api.Mask;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Precision;
import org.espalier.api.SeededRandom;
import org.tensorflow.proto.DataType;

/** A trainer of a tiny model with seeded values, on one example. */
final class TinyTraining implements AutoCloseable {
  static final int BATCH = 4;
  static final int SEQUENCE = 6;

  private final Trainer trainer;
  private final List<TokenExample> parts;

  private TinyTraining(Trainer trainer, List<TokenExample> parts) {
    this.trainer = trainer;
    this.parts = parts;
  }

  static TinyTraining of(TinyModel model, Set<String> trained, OptimizerSettings optimizer) {
    return of(model, trained, optimizer, Map.of());
  }

  /** With masks, by variable; what they leave out starts with zero. */
  static TinyTraining of(
      TinyModel model, Set<String> trained, OptimizerSettings optimizer, Map<String, Mask> masks) {
    return of(model, trained, optimizer, masks, List.of(nextTokens()));
  }

  /** On a batch that is cut into parts. */
  static TinyTraining of(
      TinyModel model,
      Set<String> trained,
      OptimizerSettings optimizer,
      Map<String, Mask> masks,
      List<TokenExample> parts) {
    return of(model, trained, optimizer, new FamilyMasks(masks, false), parts);
  }

  static TinyTraining of(
      TinyModel model,
      Set<String> trained,
      OptimizerSettings optimizer,
      FamilyMasks sparse,
      List<TokenExample> parts) {
    Map<String, Mask> masks = sparse.masks();
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
            sparse.of(trained),
            sparse.specs(),
            optimizer,
            parts.get(0).shape(),
            7,
            parts.size(),
            Precision.FULL);
    TinyTraining training = new TinyTraining(new Trainer(task, DeviceSettings.CPU), parts);
    Map<String, SessionVariables.Filler> fillers = new LinkedHashMap<>();
    for (ModelVariable variable : training.trainer.held()) {
      double[] values = initial(variable);
      if (masks.containsKey(variable.name())) {
        Mask mask = masks.get(variable.name());
        Arrays.setAll(values, i -> mask.keeps(i) ? values[i] : 0);
      }
      fillers.put(TrainGraph.value(variable.name()), filler(variable, values));
    }
    for (ModelVariable variable : training.trainer.trained()) {
      fillers.put(TrainGraph.firstMoment(variable.name()), TensorBytes::clear);
      fillers.put(TrainGraph.secondMoment(variable.name()), TensorBytes::clear);
    }
    fillers.putAll(new SessionMasks(training.trainer, masks).fillers());
    training.trainer.assign(fillers);
    return training;
  }

  /** Seeded values around 0, scales around 1, exact in float32. */
  static double[] initial(ModelVariable variable) {
    SeededRandom random = SeededRandom.of(3).stream(variable.name());
    double[] values = new double[(int) variable.elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) ((variable.name().endsWith("scale") ? 1 : 0) + 0.2 * random.normal(i));
    }
    return values;
  }

  static TokenExample nextTokens() {
    SeededRandom random = SeededRandom.of(99);
    int[][] rows = new int[BATCH][SEQUENCE + 1];
    for (int i = 0; i < BATCH; i++) {
      for (int j = 0; j <= SEQUENCE; j++) {
        rows[i][j] = random.below((long) i * 100 + j, 7);
      }
    }
    return TokenExample.nextToken(rows);
  }

  Trainer trainer() {
    return trainer;
  }

  StepResult step(long step, double rate) {
    double[] rates = new double[trainer.trained().size()];
    Arrays.fill(rates, rate);
    return step(step, rates);
  }

  StepResult step(long step, double[] rates) {
    return trainer.step(parts::get, step, rates);
  }

  double loss() {
    LossMean mean = new LossMean();
    parts.forEach(part -> trainer.evaluate(part, mean));
    return mean.value();
  }

  void set(ModelVariable variable, double[] values) {
    trainer.assign(Map.of(TrainGraph.value(variable.name()), filler(variable, values)));
  }

  private static SessionVariables.Filler filler(ModelVariable variable, double[] values) {
    boolean wide = variable.dtype() == DataType.DT_DOUBLE;
    ByteBuffer bytes = bytes(values.length * (wide ? 8 : 4));
    for (double value : values) {
      if (wide) {
        bytes.putDouble(value);
      } else {
        bytes.putFloat((float) value);
      }
    }
    return tensor -> tensor.put(0, bytes.flip());
  }

  double[] value(ModelVariable variable) {
    return tensor(TrainGraph.value(variable.name()), variable);
  }

  /** Returns a variable's value or one of its moments. */
  double[] tensor(String name, ModelVariable variable) {
    boolean wide = variable.dtype() == DataType.DT_DOUBLE;
    double[] values = new double[(int) variable.elements()];
    ByteBuffer bytes = bytes(values.length * (wide ? 8 : 4));
    try (Snapshot snapshot = trainer.snapshot()) {
      snapshot.get(name).get(0, bytes);
    }
    bytes.flip();
    for (int i = 0; i < values.length; i++) {
      values[i] = wide ? bytes.getDouble() : bytes.getFloat();
    }
    return values;
  }

  /** Central differences of the loss. */
  double[] gradient(ModelVariable variable) {
    double[] before = value(variable);
    double[] gradient = new double[before.length];
    for (int i = 0; i < before.length; i++) {
      double[] moved = before.clone();
      moved[i] = before[i] + 1e-5;
      set(variable, moved);
      double above = loss();
      moved[i] = before[i] - 1e-5;
      set(variable, moved);
      gradient[i] = (above - loss()) / 2e-5;
    }
    set(variable, before);
    return gradient;
  }

  private static ByteBuffer bytes(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    trainer.close();
  }
}
