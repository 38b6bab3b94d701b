package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.SeededRandom;
import org.espalier.api.TrainableSet;
import org.espalier.tf.Espalier;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.family.FamilyModel;
import org.espalier.tf.family.FamilyOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gradients of a vision transformer against central differences of its loss. */
class ImageGradientTest {
  private static final double STEP = 1e-5;
  private static final int BATCH = 3;

  @TempDir private Path directory;
  private final Map<String, double[]> values = new HashMap<>();
  private Trainer trainer;

  @Test
  void areThoseOfTheLoss() {
    Path target = directory.resolve("vit");
    Map<String, String> settings =
        Map.of(
            "blocks",
            "2",
            "residual",
            "8",
            "heads",
            "2",
            "image",
            "8",
            "patch",
            "4",
            "channels",
            "2",
            "classes",
            "3",
            "dropout",
            "0",
            "dtype",
            "float64");
    Espalier.init(new ModelRequest("vit", settings), 5, target);
    ModelSpec spec = FamilyModel.build(FamilyOptions.parse("vit", settings)).spec();
    TrainableModel model = TrainableModel.read(target, spec, Calling.BY_CONVENTION);
    OptimizerSettings unclipped = new OptimizerSettings(1e-9, 0, 0, 0.9, 0.999, 1e-6, 0, 0);
    TrainingTask task =
        new TrainingTask(
            model.variables(),
            model.training(),
            model.inference(),
            model.chosenBy(TrainableSet.ALL),
            model.decayed(),
            unclipped,
            StepShape.images(BATCH, List.of(8, 8, 2)),
            1);
    try (Trainer opened = new Trainer(task, DeviceSettings.CPU)) {
      trainer = opened;
      assertThat(trainer.trained()).hasSize(spec.parameters().size());
      start(target);
      trainer.step(example(), 0, 1e-9);
      Map<String, double[]> moments = new HashMap<>();
      try (Snapshot snapshot = trainer.snapshot()) {
        for (ModelVariable variable : trainer.trained()) {
          ByteBuffer bytes = bytes(variable);
          snapshot.get(TrainGraph.firstMoment(variable.name())).get(0, bytes);
          double[] moment = new double[(int) variable.elements()];
          bytes.flip().asDoubleBuffer().get(moment);
          moments.put(variable.name(), moment);
        }
      }
      for (ModelVariable variable : trainer.trained()) {
        double[] moment = moments.get(variable.name());
        for (int i = 0; i < moment.length; i += Math.max(1, moment.length / 3)) {
          assertThat(moment[i] / 0.1)
              .as("%s[%d]", variable.name(), i)
              .isCloseTo(difference(variable, i), within(1e-7));
        }
      }
    }
  }

  private void start(Path model) {
    Map<String, SessionVariables.Filler> fillers = new HashMap<>();
    for (ModelVariable variable : trainer.trained()) {
      fillers.put(TrainGraph.firstMoment(variable.name()), TensorBytes::clear);
      fillers.put(TrainGraph.secondMoment(variable.name()), TensorBytes::clear);
    }
    try (BundleReader bundle = BundleReader.open(model.resolve("variables/variables"))) {
      for (ModelVariable variable : trainer.held()) {
        ByteBuffer bytes = bytes(variable);
        bundle.stream(
            variable.keys().get(0),
            (at, chunk) -> bytes.put((int) at, chunk, chunk.position(), chunk.remaining()));
        bytes.position(bytes.capacity());
        double[] stored = new double[(int) variable.elements()];
        bytes.flip().asDoubleBuffer().get(stored);
        values.put(variable.name(), stored);
        fillers.put(TrainGraph.value(variable.name()), filler(stored));
      }
      trainer.assign(fillers);
    }
  }

  private double difference(ModelVariable variable, int index) {
    double[] moved = values.get(variable.name()).clone();
    double before = moved[index];
    moved[index] = before + STEP;
    double above = loss(variable, moved);
    moved[index] = before - STEP;
    double below = loss(variable, moved);
    loss(variable, values.get(variable.name()));
    return (above - below) / (2 * STEP);
  }

  private double loss(ModelVariable variable, double[] moved) {
    trainer.assign(Map.of(TrainGraph.value(variable.name()), filler(moved)));
    LossMean mean = new LossMean();
    trainer.evaluate(example(), mean);
    return mean.value();
  }

  private static Example example() {
    SeededRandom random = SeededRandom.of(9);
    float[] pixels = new float[BATCH * 8 * 8 * 2];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.normal(i);
    }
    return new ImageExample(
        StepShape.images(BATCH, List.of(8, 8, 2)),
        pixels,
        new int[] {2, 0, 1},
        new float[] {1, 1, 0.5f});
  }

  private static SessionVariables.Filler filler(double[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asDoubleBuffer().put(values);
    return tensor -> tensor.put(0, bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN));
  }

  private static ByteBuffer bytes(ModelVariable variable) {
    int size = (int) variable.elements() * Double.BYTES;
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }
}
