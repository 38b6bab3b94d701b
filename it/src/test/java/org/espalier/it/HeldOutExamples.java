package org.espalier.it;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.api.Objective;
import org.espalier.api.TrainSettings;
import org.espalier.tf.data.Batches;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.data.CorpusSplit;
import org.espalier.tf.data.Framing;
import org.espalier.tf.data.ImageRows;
import org.espalier.tf.data.ImageStore;
import org.espalier.tf.data.MaskedBatch;
import org.espalier.tf.data.MlmMasking;
import org.espalier.tf.data.TokenSpan;
import org.espalier.tf.data.TokenStore;

/** What a model is measured on, for Python to measure too. */
final class HeldOutExamples {
  private HeldOutExamples() {}

  /** Returns inputs, labels and weights of each batch. */
  static List<Map<String, Object>> of(Corpus corpus, TrainSettings settings) {
    return corpus instanceof ImageStore images
        ? ofImages(images, settings)
        : ofText((TokenStore) corpus, settings);
  }

  private static List<Map<String, Object>> ofText(TokenStore text, TrainSettings settings) {
    TokenSpan span = text.split().heldOut();
    int batch = settings.batch();
    int sequence = settings.sequence();
    boolean masked = settings.objective() == Objective.MLM;
    Batches batches =
        Batches.inOrder(
            span,
            masked ? Framing.MASKED : Framing.CAUSAL,
            sequence,
            (long) settings.evaluationBatches() * batch);
    List<Map<String, Object>> examples = new ArrayList<>();
    for (long first = 0; first < batches.rows(); first += batch) {
      int[][] rows = batches.rows(first, (int) Math.min(batch, batches.rows() - first));
      if (masked) {
        MaskedBatch hidden = MlmMasking.heldOut(text.vocabulary()).apply(rows, 0, first);
        examples.add(example(hidden.inputs(), hidden.labels(), hidden.weights()));
      } else {
        int[][] inputs = new int[rows.length][];
        int[][] labels = new int[rows.length][];
        float[][] weights = new float[rows.length][sequence];
        for (int i = 0; i < rows.length; i++) {
          inputs[i] = Arrays.copyOf(rows[i], sequence);
          labels[i] = Arrays.copyOfRange(rows[i], 1, sequence + 1);
          Arrays.fill(weights[i], 1);
        }
        examples.add(example(inputs, labels, weights));
      }
    }
    return examples;
  }

  /** Images stored [height, width, channels], for models that take [channels, height, width]. */
  private static List<Map<String, Object>> ofImages(ImageStore images, TrainSettings settings) {
    ImageRows rows =
        images
            .split(CorpusSplit.DEFAULT_HELD_OUT)
            .heldOut((long) settings.evaluationBatches() * settings.batch());
    int height = images.shape().get(0);
    int width = images.shape().get(1);
    int channels = images.shape().get(2);
    int count = (int) rows.rows();
    float[][][][] inputs = new float[count][channels][height][width];
    int[] labels = new int[count];
    float[] weights = new float[count];
    Arrays.fill(weights, 1);
    float[] image = new float[height * width * channels];
    for (int i = 0; i < count; i++) {
      rows.read(i, image, 0);
      labels[i] = rows.label(i);
      for (int at = 0; at < image.length; at++) {
        inputs[i][at % channels][at / channels / width][at / channels % width] = image[at];
      }
    }
    return List.of(example(inputs, labels, weights));
  }

  private static Map<String, Object> example(Object inputs, Object labels, Object weights) {
    return Map.of("inputs", inputs, "labels", labels, "weights", weights);
  }
}
