package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelRequest;
import org.espalier.api.Objective;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.espalier.tf.data.Batches;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.data.Framing;
import org.espalier.tf.data.MaskedBatch;
import org.espalier.tf.data.MlmMasking;
import org.espalier.tf.data.PretrainingStore;
import org.espalier.tf.data.RecordFile;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.report.ProgressListener;
import org.espalier.tf.report.StepProgress;
import org.espalier.tf.train.ScheduleYaml;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A model on data that was masked beforehand")
final class PretrainingDataTest {
  private static final int SEQUENCE = 16;
  private static final Map<String, String> SIZES =
      Map.of(
          "blocks", "2",
          "residual", "16",
          "heads", "2",
          "vocabulary", "261",
          "positions", "16",
          "dropout", "0");

  @TempDir Path folder;
  private Path model;

  @BeforeEach
  void model() {
    model = folder.resolve("model");
    Espalier.init(new ModelRequest("bert", SIZES), 0, model);
  }

  @Test
  void hasTheLossThatItHasOnTextWithTheSameMasks() throws IOException {
    try (TokenStore text = TokenStore.of(SampleText.write(folder));
        PretrainingStore masked = PretrainingStore.of(List.of(heldOutMasks(text)))) {
      Evaluation expected = evaluate(text);
      Evaluation found = evaluate(masked);
      assertThat(found.predictions()).isEqualTo(expected.predictions()).isGreaterThan(20);
      assertThat(found.loss()).isEqualTo(expected.loss());
      assertThat(found.accuracy()).isEqualTo(expected.accuracy());
    }
  }

  /** The rows that an evaluation on text takes, as the last 5 % of a file. */
  private Path heldOutMasks(TokenStore text) throws IOException {
    Batches rows =
        Batches.inOrder(text.split().heldOut(), Framing.MASKED, SEQUENCE, Long.MAX_VALUE);
    int count = (int) rows.rows();
    MaskedBatch batch = MlmMasking.heldOut(text.vocabulary()).apply(rows.rows(0, count), 0, 0);
    int[] ones = new int[SEQUENCE];
    Arrays.fill(ones, 1);
    RecordFile file = new RecordFile();
    for (int i = 0; i < 20 * count; i++) {
      int row = i % count;
      add(file, batch.inputs()[row], batch.labels()[row], batch.weights()[row])
          .with("segment_ids", new int[SEQUENCE])
          .with("input_mask", ones);
    }
    return file.write(folder.resolve("masked"));
  }

  @Test
  void learnsAndGivesTheSameBitsWhereverItStopped() throws IOException {
    try (PretrainingStore data = PretrainingStore.of(List.of(repeating(0, 1)))) {
      RunResult whole = run(data, "whole", ProgressListener.silent(), false);
      assertThat(whole.heldOutLoss()).isLessThan(0.8 * evaluate(data).loss());
      List<Integer> stops = new ArrayList<>();
      assertThatThrownBy(() -> run(data, "stopped", stopAt(13, stops), false))
          .isInstanceOf(IllegalStateException.class);
      RunResult resumed = run(data, "stopped", ProgressListener.silent(), true);
      assertThat(stops).containsExactly(13);
      assertThat(resumed.heldOutLoss()).isEqualTo(whole.heldOutLoss());
      String bytes = "variables/variables.data-00000-of-00001";
      assertThat(resumed.model().resolve(bytes))
          .hasSameBinaryContentAs(whole.model().resolve(bytes));
      try (PretrainingStore other = PretrainingStore.of(List.of(repeating(1, 1)))) {
        assertThatThrownBy(() -> run(other, "stopped", ProgressListener.silent(), true))
            .isInstanceOf(EspalierException.class)
            .hasMessageContaining("other data");
      }
    }
  }

  private static ProgressListener stopAt(long step, List<Integer> stops) {
    return new ProgressListener() {
      @Override
      public void onStep(StepProgress progress) {
        if (progress.step() == step) {
          stops.add((int) step);
          throw new IllegalStateException("stopped");
        }
      }
    };
  }

  private RunResult run(
      PretrainingStore data, String name, ProgressListener progress, boolean resume) {
    String schedule =
        """
        name: masked
        model: {family: bert, blocks: 2, residual: 16, heads: 2, vocabulary: 261, positions: 16}
        stages:
          - name: only
            train: {objective: mlm, steps: 40, batch: 8, accumulate: 2, sequence: 16,
                    learning_rate: 0.02, evaluation_batches: 1, checkpoint_every: 5}
        """;
    return Espalier.run(
        ScheduleYaml.parse(schedule),
        data,
        folder.resolve(name),
        new RunOptions(
            Device.CPU, OptionalInt.of(1), resume, false, progress, ModelCall.BY_CONVENTION),
        OperatorRegistry.of());
  }

  @Test
  void isFedSegmentsAndPadding() throws IOException {
    double loss = loss(repeating(0, 1));
    assertThat(loss(repeating(1, 1))).isNotEqualTo(loss);
    double padded = loss(repeating(0, 0));
    assertThat(padded).isNotEqualTo(loss);
    // What stands where nothing is attended to has no say.
    assertThat(loss(with(77, 0, 0))).isEqualTo(padded);
    assertThat(loss(with(77, 0, 1))).isNotEqualTo(loss);
  }

  private double loss(Path file) {
    try (PretrainingStore data = PretrainingStore.of(List.of(file))) {
      return evaluate(data).loss();
    }
  }

  @Test
  void isRefusedWhereBothDoNotFit() throws IOException {
    refused(with(261, 0, 1), Objective.MLM, SEQUENCE, "holds token 261, first in record 1 of ");
    refused(repeating(2, 1), Objective.MLM, SEQUENCE, "The model knows 2 segments");
    refused(repeating(0, 1), Objective.MLM, 8, "sequence is 8, but the sequences of");
    refused(repeating(0, 1), Objective.CLM, SEQUENCE, "holds masked sequences; use objective mlm");
    Path longer = sequences(2 * SEQUENCE, 0, 0, 1);
    refused(longer, Objective.MLM, 2 * SEQUENCE, "the model has 16 positions");
    model = folder.resolve("gpt");
    Espalier.init(new ModelRequest("gpt", SIZES), 0, model);
    refused(repeating(0, 0), Objective.MLM, SEQUENCE, "the model takes no mask");
  }

  private void refused(Path file, Objective objective, int sequence, String message) {
    try (PretrainingStore data = PretrainingStore.of(List.of(file))) {
      assertThatThrownBy(
              () ->
                  Espalier.evaluate(
                      model,
                      data,
                      settings(objective, sequence),
                      ModelCall.BY_CONVENTION,
                      Device.CPU))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining(message)
          .message()
          .hasLineCount(1);
    }
  }

  private Evaluation evaluate(Corpus corpus) {
    return Espalier.evaluate(
        model, corpus, settings(Objective.MLM, SEQUENCE), ModelCall.BY_CONVENTION, Device.CPU);
  }

  private static TrainSettings settings(Objective objective, int sequence) {
    return new TrainSettings(
        objective, 0, 4, sequence, OptimizerSettings.adamW(1, 0, 0), TrainableSet.ALL, 1, 1_000, 0);
  }

  private Path repeating(int segment, int attended) throws IOException {
    return with(0, segment, attended);
  }

  private Path with(int last, int segment, int attended) throws IOException {
    return sequences(SEQUENCE, last, segment, attended);
  }

  /** Sequences that count, of which the last token has these values. */
  private Path sequences(int length, int last, int segment, int attended) throws IOException {
    RecordFile file = new RecordFile();
    for (int i = 0; i < 60; i++) {
      int first = 10 + i % 7;
      int[] ids = new int[length];
      Arrays.setAll(ids, p -> first + p);
      int[] shown = ids.clone();
      float[] weights = new float[length];
      for (int p : new int[] {3 + i % 4, 9}) {
        shown[p] = 3;
        weights[p] = 1;
      }
      shown[length - 1] = last;
      int[] segments = new int[length];
      segments[length - 1] = segment;
      int[] mask = new int[length];
      Arrays.fill(mask, 1);
      mask[length - 1] = attended;
      add(file, shown, ids, weights).with("segment_ids", segments).with("input_mask", mask);
    }
    return file.write(folder.resolve("%d-%d-%d-%d".formatted(length, last, segment, attended)));
  }

  private static RecordFile add(RecordFile file, int[] inputs, int[] labels, float[] weights) {
    int[] positions = new int[inputs.length];
    int[] ids = new int[inputs.length];
    float[] asked = new float[inputs.length];
    int count = 0;
    for (int p = 0; p < inputs.length; p++) {
      if (weights[p] != 0) {
        positions[count] = p;
        ids[count] = labels[p];
        asked[count] = 1;
        count++;
      }
    }
    return file.example()
        .with("input_ids", inputs)
        .with("masked_lm_positions", positions)
        .with("masked_lm_ids", ids)
        .with("masked_lm_weights", asked);
  }
}
