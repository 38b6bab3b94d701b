package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.google.gson.Gson;
import com.google.gson.annotations.SerializedName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.api.ModelRequest;
import org.espalier.api.Objective;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.TrainSettings;
import org.espalier.api.TrainableSet;
import org.espalier.tf.Espalier;
import org.espalier.tf.RunOptions;
import org.espalier.tf.RunResult;
import org.espalier.tf.data.MaskedBatch;
import org.espalier.tf.data.PretrainingBatch;
import org.espalier.tf.data.PretrainingFormat;
import org.espalier.tf.data.PretrainingRows;
import org.espalier.tf.data.PretrainingStore;
import org.espalier.tf.data.PretrainingText;
import org.espalier.tf.data.TokenStore;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("BERT's pre-training data")
class PretrainingRecordsTest {
  private static final String SCRIPT = "pretraining_records.py";
  private static final int SEQUENCES = 120;
  private static final int SEQUENCE = 32;
  private static final int PREDICTIONS = 5;

  @TempDir private Path directory;

  /** What Python reads of a record. */
  private static final class Parsed {
    @SerializedName("input_ids")
    private int[] inputs;

    @SerializedName("input_mask")
    private int[] attended;

    @SerializedName("segment_ids")
    private int[] segments;

    @SerializedName("masked_lm_positions")
    private int[] positions;

    @SerializedName("masked_lm_ids")
    private int[] ids;

    @SerializedName("masked_lm_weights")
    private float[] weights;

    @SerializedName("next_sentence_labels")
    private int[] nextSentence;
  }

  @Test
  void fromPythonIsReadAndTrainedOnAsPythonDoes() throws Exception {
    Path file = directory.resolve("python.tfrecord");
    PythonEnvironment.TENSORFLOW_2_18.run(SCRIPT, "write", file, SEQUENCES, SEQUENCE, PREDICTIONS);
    try (PretrainingStore store = PretrainingStore.of(List.of(file))) {
      assertThat(store.isPadded()).isTrue();
      assertThat(store.largestSegment()).isEqualTo(1);
      assertEqual(store, parsed(file));
      assertThatTrainingAgrees(file, store);
    }
  }

  /** Java's loss of the held-out records after a few steps is what Python makes of the model. */
  private void assertThatTrainingAgrees(Path file, PretrainingStore store) throws Exception {
    Path model = directory.resolve("model");
    Map<String, String> sizes =
        Map.of(
            "blocks", "2",
            "residual", "32",
            "heads", "2",
            "vocabulary", "70",
            "positions", Integer.toString(SEQUENCE));
    Espalier.init(new ModelRequest("bert", sizes), 5, model);
    Path trained = directory.resolve("trained");
    RunResult result = Espalier.train(model, store, settings(), 1, trained, RunOptions.standard());
    int heldOut = SEQUENCES / 20;
    double before = loss(file, model, heldOut);
    double after = loss(file, trained, heldOut);
    assertThat(after).isLessThan(before - 0.05);
    assertThat(result.heldOutLoss()).isCloseTo(after, within(2e-5));
  }

  private static double loss(Path file, Path model, int last) throws Exception {
    return Double.parseDouble(
        PythonEnvironment.TENSORFLOW_2_18
            .run(SCRIPT, "loss", file, SEQUENCE, PREDICTIONS, model, last)
            .lines()
            .reduce((first, second) -> second)
            .orElseThrow());
  }

  private static TrainSettings settings() {
    return new TrainSettings(
        Objective.MLM,
        20,
        16,
        SEQUENCE,
        OptimizerSettings.adamW(5e-3, 0, 2),
        TrainableSet.ALL,
        20,
        10,
        0);
  }

  @Test
  void fromJavaIsReadByPython() throws Exception {
    Path text =
        Files.writeString(
            directory.resolve("text"), "Words that grow, line by line.\n".repeat(200));
    Path file = directory.resolve("java.tfrecord");
    PretrainingFormat format = new PretrainingFormat(SEQUENCE, PREDICTIONS, 2, 3);
    try (TokenStore tokens = TokenStore.of(text)) {
      PretrainingText.write(tokens, format, file);
    }
    List<Parsed> parsed = parsed(file);
    try (PretrainingStore store = PretrainingStore.of(List.of(file))) {
      assertEqual(store, parsed);
      int predictions = 0;
      for (Parsed record : parsed) {
        assertThat(record.nextSentence).containsExactly(0);
        for (float weight : record.weights) {
          predictions += (int) weight;
        }
      }
      assertThat(predictions).isEqualTo(store.predictions());
    }
  }

  private List<Parsed> parsed(Path file) throws IOException, InterruptedException {
    Path json = directory.resolve("parsed.json");
    PythonEnvironment.TENSORFLOW_2_18.run(SCRIPT, "read", file, SEQUENCE, PREDICTIONS, json);
    return Arrays.asList(new Gson().fromJson(Files.readString(json), Parsed[].class));
  }

  /** Compares all records but the first, which are held out in the order of the file. */
  private static void assertEqual(PretrainingStore store, List<Parsed> parsed) {
    assertThat(store.size()).isEqualTo(parsed.size());
    PretrainingRows rows = store.split(1 - 1.5 / parsed.size()).heldOut(Long.MAX_VALUE);
    assertThat(rows.rows()).isEqualTo(parsed.size() - 1);
    PretrainingBatch batch = rows.rows(0, parsed.size() - 1);
    MaskedBatch masked = batch.masked();
    for (int i = 1; i < parsed.size(); i++) {
      Parsed record = parsed.get(i);
      int[] labels = record.inputs.clone();
      float[] weights = new float[SEQUENCE];
      for (int p = 0; p < PREDICTIONS; p++) {
        if (record.weights[p] != 0) {
          labels[record.positions[p]] = record.ids[p];
          weights[record.positions[p]] = record.weights[p];
        }
      }
      assertThat(masked.inputs()[i - 1]).as("record %d", i).isEqualTo(record.inputs);
      assertThat(masked.labels()[i - 1]).as("record %d", i).isEqualTo(labels);
      assertThat(masked.weights()[i - 1]).as("record %d", i).isEqualTo(weights);
      assertThat(batch.segments()[i - 1]).as("record %d", i).isEqualTo(record.segments);
      assertThat(batch.attended()[i - 1]).as("record %d", i).isEqualTo(record.attended);
    }
  }
}
