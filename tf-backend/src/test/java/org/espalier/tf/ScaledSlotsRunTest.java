package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.api.Axis;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.train.Checkpoint;
import org.espalier.tf.train.ScheduleYaml;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The formulas are written out here, as notes on the method have them, not taken from the plan. */
@DisplayName("Scaled slots of a schedule")
class ScaledSlotsRunTest {
  /** Which unit each new unit copies: one once, one twice, one three times. */
  private static final List<Integer> UNITS = List.of(0, 1, 2, 2, 1, 2);

  private static final String SCHEDULE =
      """
      name: scaled
      model: {family: gpt, blocks: 1, residual: 4, heads: 2, head_size: 2, ffn: 3, vocabulary: 261,
              positions: 16, dropout: 0}
      seed: 4
      held_out: 0.2
      stages:
        - name: small
          train: {objective: clm, steps: 3, batch: 4, sequence: 16, learning_rate: 0.01,
                  evaluation_batches: 1}
          grow:
            - operator: decoalesce
              options: {heads: halves, residual: %s, ffn: "[[0],[1,4],[2,3,5]]", blocks: keep}
          slots: scaled
        - name: large
          train: {objective: clm, steps: 2, batch: 4, sequence: 16, learning_rate: 0.01,
                  evaluation_batches: 1}
      """;

  @TempDir private Path directory;
  private Path text;
  private Path run;

  @BeforeEach
  void writeText() throws IOException {
    text = SampleText.write(directory);
    run = directory.resolve("run");
  }

  private void run(String residual) {
    try (TokenStore tokens = TokenStore.of(text)) {
      Espalier.run(ScheduleYaml.parse(SCHEDULE.formatted(residual)), tokens, run);
    }
  }

  @Test
  @DisplayName("are the gradients' moments of the wider model, and keep their steps")
  void areScaledByTheCopiesOfTheOutputs() throws IOException {
    run("halves");
    ModelSpec small = spec(run.resolve("stage-0/model"));
    ModelSpec large = spec(run.resolve("stage-1/start"));
    assertThat(large.dimensions()).containsEntry("residual", 8).containsEntry("ffn", 6);
    try (BundleReader before = BundleReader.open(last("stage-0/trainer"));
        BundleReader grown = BundleReader.open(run.resolve("stage-1/slots/checkpoint"));
        BundleReader after = BundleReader.open(last("stage-1/trainer"))) {
      for (Parameter parameter : large.parameters()) {
        String name = parameter.name();
        Parameter source = small.parameter(name).orElseThrow();
        float[] m = floats(before, Checkpoint.firstMoment(name));
        float[] v = floats(before, Checkpoint.secondMoment(name));
        float[] wideM = floats(grown, Checkpoint.firstMoment(name));
        float[] wideV = floats(grown, Checkpoint.secondMoment(name));
        assertThat(wideM).as(name).hasSize((int) parameter.elements());
        for (int i = 0; i < wideM.length; i++) {
          Element old = element(parameter, source, i);
          assertThat((double) wideM[i])
              .as("m of %s[%d]", name, i)
              .isCloseTo(
                  m[old.index()] / old.copies(), within(1e-9 + 1e-6 * Math.abs(m[old.index()])));
          assertThat((double) wideV[i])
              .as("v of %s[%d]", name, i)
              .isCloseTo(
                  v[old.index()] / (old.copies() * old.copies()),
                  within(1e-12 + 1e-6 * v[old.index()]));
        }
        assertThat(step(before, name)).isEqualTo(3);
        assertThat(step(grown, name)).isEqualTo(3);
        assertThat(step(after, name)).as("steps of %s", name).isEqualTo(5);
      }
      assertThat(floats(grown, Checkpoint.firstMoment("decoder/layer/0/ffn/input/kernel")))
          .isNotEqualTo(new float[48]);
    }
  }

  @Test
  @DisplayName("are refused by name where they would not be exact, and nothing grows")
  void unequalSharesAreRefused() throws IOException {
    assertThatThrownBy(() -> run("\"[[0,4],[1],[2],[3]]\""))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(
            "The slots cannot be 'scaled', for equal shares (residual) fails: shares go from 0.5000"
                + " to 1.000; use 'copy' or 'reset'");
    assertThat(run.resolve("stage-1/start")).doesNotExist();
  }

  /**
   * Where an element of the wider model comes from.
   *
   * @param index of the old element, in row-major order
   * @param copies that its output unit got: what its gradient is divided by
   */
  private record Element(int index, double copies) {}

  private static Element element(Parameter wide, Parameter old, int index) {
    int rest = index;
    int source = 0;
    int stride = 1;
    double copies = 1;
    for (int axis = wide.axes().size() - 1; axis >= 0; axis--) {
      int size = wide.shape().get(axis).intValue();
      int oldSize = old.shape().get(axis).intValue();
      int position = rest % size;
      rest /= size;
      boolean units = size == UNITS.size() && oldSize == 3;
      int from = units ? UNITS.get(position) : position % oldSize;
      if (wide.axes().get(axis).side() == Axis.Side.OUT) {
        copies *= units ? UNITS.stream().filter(u -> u == from).count() : (double) size / oldSize;
      }
      source += from * stride;
      stride *= oldSize;
    }
    return new Element(source, copies);
  }

  private Path last(String trainer) throws IOException {
    try (Stream<Path> steps = Files.list(run.resolve(trainer))) {
      return steps.sorted().reduce((first, second) -> second).orElseThrow().resolve("checkpoint");
    }
  }

  private static ModelSpec spec(Path model) {
    try (Model opened = Espalier.open(model)) {
      return opened.spec();
    }
  }

  private static long step(BundleReader slots, String parameter) {
    return little(slots, Checkpoint.step(parameter)).getLong();
  }

  private static float[] floats(BundleReader slots, String key) {
    ByteBuffer bytes = little(slots, key);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  private static ByteBuffer little(BundleReader slots, String key) {
    return ByteBuffer.wrap(slots.readBytes(key)).order(ByteOrder.LITTLE_ENDIAN);
  }
}
