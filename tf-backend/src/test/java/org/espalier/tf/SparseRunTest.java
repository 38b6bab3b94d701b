package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.espalier.api.HostTensor;
import org.espalier.api.Mask;
import org.espalier.api.OperatorRegistry;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.report.InSessionGrowth;
import org.espalier.tf.report.MetricsLog;
import org.espalier.tf.report.ProgressListener;
import org.espalier.tf.report.StepProgress;
import org.espalier.tf.train.ScheduleYaml;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A run of a sparse model")
final class SparseRunTest {
  private static final String SCHEDULE =
      """
      name: sparse
      model: {family: bert, blocks: 2, residual: 16, heads: 2, vocabulary: 300, positions: 16}
      seed: 4
      held_out: 0.2
      stages:
        - name: pattern
          train: {objective: mlm, steps: 0, batch: 4, sequence: 16, learning_rate: 0.01}
          grow: [{operator: sparse-reallocate, options: {sparsity: 0.75, block: 4}}]
          slots: copy
        - name: sparse
          train: {objective: mlm, steps: 12, batch: 4, sequence: 16, learning_rate: 0.01,
                  weight_decay: 0.1, evaluate_every: 6, evaluation_batches: 2, checkpoint_every: 4,
                  periodic: [{operator: sparse-reallocate, every: 3}]}
          grow: [{operator: stack, options: {factor: 2}}]
          slots: copy
        - name: deeper
          train: {objective: mlm, steps: 3, batch: 4, sequence: 16, learning_rate: 0.01,
                  evaluation_batches: 2}
      """;

  /** Thrown where a run is to stop as if it were killed. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  @TempDir private Path directory;
  private Path text;

  @BeforeEach
  void writeText() throws IOException {
    text = SampleText.write(directory);
  }

  private void run(String schedule, Path run, ProgressListener progress) {
    try (TokenStore tokens = TokenStore.of(text)) {
      Espalier.run(
          ScheduleYaml.parse(schedule),
          tokens,
          run,
          new RunOptions(
              Device.CPU, OptionalInt.empty(), true, false, progress, ModelCall.BY_CONVENTION),
          OperatorRegistry.discover());
    }
  }

  @ParameterizedTest
  @CsvSource({"false,16,4,0.75", "true,128,16,0.92"})
  void keepsItsZerosMovesItsWeightsAndResumesToTheSameBits(
      boolean byBlocks, int residual, int block, double sparsity) throws IOException {
    String schedule =
        SCHEDULE
            .replace("residual: 16", "residual: " + residual)
            .replace(
                "sparsity: 0.75, block: 4", "sparsity: %s, block: %d".formatted(sparsity, block));
    Path whole = directory.resolve("whole");
    run(schedule, whole, ProgressListener.silent());
    List<InSessionGrowth> events =
        MetricsLog.read(whole.resolve(MetricsLog.FILE_NAME)).stream()
            .filter(InSessionGrowth.class::isInstance)
            .map(InSessionGrowth.class::cast)
            .toList();
    assertThat(events).extracting(event -> event.at().step()).containsExactly(3L, 6L, 9L);
    assertThat(events)
        .extracting(event -> event.options().get("update") + "/" + event.options().get("updates"))
        .containsExactly("1/4", "2/4", "3/4");
    assertThat(events).allMatch(event -> event.tensors() == 12 && event.moved() > 0);
    assertThat(events.get(0).moved()).isGreaterThan(events.get(2).moved());

    Map<String, Mask> first = masks(whole.resolve("stage-1/start"));
    Map<String, Mask> last = masks(whole.resolve("stage-1/model"));
    assertThat(first).hasSize(12).isNotEqualTo(last);
    assertThat(specs(last)).isEqualTo(specs(first));
    assertThat(masks(whole.resolve("stage-2/model"))).hasSize(24);
    assertThat(Files.readString(whole.resolve("report.html")))
        .contains("ran 3 times between the steps")
        .matches(report -> report.contains("both scaled by density") != byBlocks);
    try (Model model = Espalier.open(whole.resolve("stage-2/model"))) {
      assertThat(model.lineage().growths())
          .extracting(growth -> growth.operator() + growth.options())
          .containsExactly(
              "sparse-reallocate{block=%d, sparsity=%s}".formatted(block, sparsity),
              "sparse-reallocate{update=3, updates=4}",
              "stack{factor=2}");
    }

    Path killed = directory.resolve("killed");
    for (int step : new int[] {2, 3, 7, 10}) {
      assertThatThrownBy(() -> run(schedule, killed, killingAt(step))).isInstanceOf(Killed.class);
    }
    run(schedule, killed, ProgressListener.silent());
    assertThat(bits(killed)).isEqualTo(bits(whole));
  }

  private static ProgressListener killingAt(int step) {
    return new ProgressListener() {
      @Override
      public void onStep(StepProgress progress) {
        if (progress.stage() == 1 && progress.step() == step) {
          throw new Killed();
        }
      }
    };
  }

  /** Returns a model's masks, after a look at its zeros. */
  private static Map<String, Mask> masks(Path path) {
    try (Model model = Espalier.open(path)) {
      double active = 0;
      double used = 0;
      for (Map.Entry<String, Mask> entry : model.masks().entrySet()) {
        Mask mask = entry.getValue();
        HostTensor values = ModelGrowth.tensors(model).read(entry.getKey());
        for (int i = 0; i < values.elements(); i++) {
          active += mask.keeps(i) ? 1 : 0;
          used += values.at(i) != 0 ? 1 : 0;
          assertThat(values.at(i) == 0 || mask.keeps(i)).as("%s[%d]", entry.getKey(), i).isTrue();
        }
      }
      // A query whose key has no weights gets no gradient, but most of what grew trains at once;
      // what moved last alone is a fifth.
      assertThat(used).isBetween(0.8 * active, active);
      return new HashMap<>(model.masks());
    }
  }

  private static Map<String, String> specs(Map<String, Mask> masks) {
    Map<String, String> specs = new TreeMap<>();
    masks.forEach((name, mask) -> specs.put(name, mask.spec().toString()));
    return specs;
  }

  private static Map<String, String> bits(Path run) throws IOException {
    Map<String, String> bits = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = run.relativize(file).toString();
        if (name.startsWith("stage-") && !name.endsWith("trainer.json")) {
          bits.put(name, Hashing.sha256().hashBytes(Files.readAllBytes(file)).toString());
        }
      }
    }
    return bits;
  }

  @Test
  void anOperatorThatChangesTheFormOrFrozenWeightsCannotRunBetweenSteps() {
    assertThatThrownBy(
            () ->
                run(
                    SCHEDULE.replace(
                        "operator: sparse-reallocate, every: 3",
                        "operator: stack, every: 3, options: {factor: 2}"),
                    directory.resolve("a"),
                    ProgressListener.silent()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("Operator 'stack' changes the form of the model");
    assertThatThrownBy(
            () ->
                run(
                    SCHEDULE.replace("weight_decay: 0.1", "trainable: {include: [blocks=1]}"),
                    directory.resolve("b"),
                    ProgressListener.silent()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("but the stage does not train it");
  }
}
