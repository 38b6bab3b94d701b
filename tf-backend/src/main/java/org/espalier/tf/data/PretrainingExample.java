package org.espalier.tf.data;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;

/**
 * A masked sequence, as BERT's {@code create_pretraining_data.py} writes it into a {@code
 * tf.Example}. Arrays are [sequence] and not copied.
 */
final class PretrainingExample {
  /** Stands where no token is to be predicted. */
  static final int NONE = -1;

  /** One byte holds a segment and whether the token is attended to. */
  static final int MOST_SEGMENTS = 1 << 7;

  private static final String POSITIONS = "masked_lm_positions";
  private static final String IDS = "masked_lm_ids";
  private static final String WEIGHTS = "masked_lm_weights";

  private final int[] inputs;
  private final int[] attended;
  private final int[] segments;
  private final int[] labels;

  PretrainingExample(int[] inputs, int[] attended, int[] segments, int[] labels) {
    this.inputs = inputs;
    this.attended = attended;
    this.segments = segments;
    this.labels = labels;
  }

  /** Token ids, with some replaced. */
  int[] inputs() {
    return inputs;
  }

  /** 1 at each token, 0 at padding. */
  int[] attended() {
    return attended;
  }

  /** The segment of each token. */
  int[] segments() {
    return segments;
  }

  /** The token id to predict at a position, {@link #NONE} where nothing is asked. */
  int[] labels() {
    return labels;
  }

  /** The number of tokens. */
  int sequence() {
    return inputs.length;
  }

  /**
   * Reads and checks an example; the later TensorFlow Model Garden calls two features otherwise.
   *
   * @throws MalformedRecordsException if a feature is missing, or numbers contradict each other
   */
  static PretrainingExample parse(byte[] record) throws MalformedRecordsException {
    ExampleFeatures features = ExampleFeatures.parse(record);
    int[] inputs =
        within("token", Integer.MAX_VALUE, features.wholes("input_ids", "input_word_ids"));
    if (inputs.length == 0) {
      throw new MalformedRecordsException("has no token in input_ids");
    }
    int[] attended = within("input_mask", 2, features.wholes("input_mask"));
    int[] segments =
        within("segment", MOST_SEGMENTS, features.wholes("segment_ids", "input_type_ids"));
    sameLength("input_mask", attended.length, "input_ids", inputs.length);
    sameLength("segment_ids", segments.length, "input_ids", inputs.length);
    PretrainingExample example =
        new PretrainingExample(inputs, attended, segments, new int[inputs.length]);
    Arrays.fill(example.labels, NONE);
    example.label(
        features.wholes(POSITIONS),
        within("masked_lm_id", Integer.MAX_VALUE, features.wholes(IDS)),
        features.reals(WEIGHTS));
    return example;
  }

  private void label(List<Long> positions, int[] ids, List<Float> weights)
      throws MalformedRecordsException {
    sameLength(IDS, ids.length, POSITIONS, positions.size());
    sameLength(WEIGHTS, weights.size(), POSITIONS, positions.size());
    long last = -1;
    for (int i = 0; i < ids.length; i++) {
      float weight = weights.get(i);
      if (weight == 0) {
        continue;
      }
      if (weight != 1) {
        throw new MalformedRecordsException(
            "has the weight %s in %s: allowed are 1, and 0 for padding".formatted(weight, WEIGHTS));
      }
      long position = positions.get(i);
      if (position <= last || position >= inputs.length) {
        throw new MalformedRecordsException(
            "has the position %d after %d in %s: they must ascend, from 0 to at most %d"
                .formatted(position, last, POSITIONS, inputs.length - 1));
      }
      if (attended[(int) position] == 0) {
        throw new MalformedRecordsException(
            "asks for the token at position %d, where input_mask is 0".formatted(position));
      }
      labels[(int) position] = ids[i];
      last = position;
    }
  }

  private static int[] within(String what, int bound, List<Long> values)
      throws MalformedRecordsException {
    int[] checked = new int[values.size()];
    for (int i = 0; i < checked.length; i++) {
      long value = values.get(i);
      if (value < 0 || value >= bound) {
        throw new MalformedRecordsException(
            "has the %s %d: allowed are 0 to %d".formatted(what, value, bound - 1));
      }
      checked[i] = (int) value;
    }
    return checked;
  }

  private static void sameLength(String name, int length, String other, int needed)
      throws MalformedRecordsException {
    if (length != needed) {
      throw new MalformedRecordsException(
          "has %,d values in %s and %,d in %s: both must have as many"
              .formatted(length, name, needed, other));
    }
  }

  /**
   * Makes the {@code tf.Example}, with room for {@code predictions} and padding of zeros; the label
   * of the next sentence is 0.
   */
  Example toProto(int predictions) {
    Int64List.Builder positions = Int64List.newBuilder();
    Int64List.Builder ids = Int64List.newBuilder();
    FloatList.Builder weights = FloatList.newBuilder();
    for (int p = 0; p < labels.length; p++) {
      if (labels[p] != NONE) {
        positions.addValue(p);
        ids.addValue(labels[p]);
        weights.addValue(1);
      }
    }
    while (weights.getValueCount() < predictions) {
      positions.addValue(0);
      ids.addValue(0);
      weights.addValue(0);
    }
    return Example.newBuilder()
        .setFeatures(
            Features.newBuilder()
                .putFeature("input_ids", wholes(inputs))
                .putFeature("input_mask", wholes(attended))
                .putFeature("segment_ids", wholes(segments))
                .putFeature(POSITIONS, Feature.newBuilder().setInt64List(positions).build())
                .putFeature(IDS, Feature.newBuilder().setInt64List(ids).build())
                .putFeature(WEIGHTS, Feature.newBuilder().setFloatList(weights).build())
                .putFeature("next_sentence_labels", wholes(new int[1])))
        .build();
  }

  private static Feature wholes(int... values) {
    Int64List.Builder list = Int64List.newBuilder();
    for (int value : values) {
      list.addValue(value);
    }
    return Feature.newBuilder().setInt64List(list).build();
  }
}
