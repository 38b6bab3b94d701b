package org.espalier.tf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.espalier.tf.data.RecordFile.reals;
import static org.espalier.tf.data.RecordFile.wholes;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.Feature;

@DisplayName("Masked sequences of TFRecord files")
final class PretrainingStoreTest {
  @TempDir Path folder;

  /** Two segments, two tokens of padding, two tokens to predict and room for a third. */
  private static Map<String, Feature> example(int first) {
    Map<String, Feature> features = new HashMap<>();
    features.put("input_ids", wholes(1, first, 3, 2, 3, 2, 0, 0));
    features.put("input_mask", wholes(1, 1, 1, 1, 1, 1, 0, 0));
    features.put("segment_ids", wholes(0, 0, 0, 0, 1, 1, 0, 0));
    features.put("masked_lm_positions", wholes(2, 4, 0));
    features.put("masked_lm_ids", wholes(70, 80, 0));
    features.put("masked_lm_weights", reals(1, 1, 0));
    features.put("next_sentence_labels", wholes(1));
    return features;
  }

  private static Map<String, Feature> with(String name, Feature feature) {
    Map<String, Feature> features = example(9);
    features.put(name, feature);
    return features;
  }

  @SafeVarargs
  private Path file(String name, Map<String, Feature>... examples) throws IOException {
    List<Map<String, Feature>> all = new ArrayList<>();
    for (Map<String, Feature> features : examples) {
      all.add(features);
    }
    return RecordFile.write(folder.resolve(name), all);
  }

  @Test
  void areShownAsTheyAreAndAskedWhereTheFileAsks() throws IOException {
    Path file = file("a", example(50), example(51));
    try (PretrainingStore store = PretrainingStore.of(List.of(file))) {
      assertThat(store.size()).isEqualTo(2);
      assertThat(store.sequence()).isEqualTo(8);
      assertThat(store.predictions()).isEqualTo(4);
      assertThat(store.largestToken()).isEqualTo(80);
      assertThat(store.largestTokenAt()).isEqualTo("record 1 of " + file);
      assertThat(store.largestSegment()).isEqualTo(1);
      assertThat(store.isPadded()).isTrue();
      PretrainingBatch batch = store.split(0.5).heldOut(9).rows(0, 1);
      assertThat(batch.masked().inputs()).isDeepEqualTo(new int[][] {{1, 51, 3, 2, 3, 2, 0, 0}});
      assertThat(batch.masked().labels()).isDeepEqualTo(new int[][] {{1, 51, 70, 2, 80, 2, 0, 0}});
      assertThat(batch.masked().weights()).isDeepEqualTo(new float[][] {{0, 0, 1, 0, 1, 0, 0, 0}});
      assertThat(batch.segments()).isDeepEqualTo(new int[][] {{0, 0, 0, 0, 1, 1, 0, 0}});
      assertThat(batch.attended()).isDeepEqualTo(new int[][] {{1, 1, 1, 1, 1, 1, 0, 0}});
    }
  }

  @Test
  void mayHaveTheNamesOfTheModelGarden() throws IOException {
    Map<String, Feature> renamed = example(50);
    renamed.put("input_word_ids", renamed.remove("input_ids"));
    renamed.put("input_type_ids", renamed.remove("segment_ids"));
    renamed.remove("next_sentence_labels");
    try (PretrainingStore store = PretrainingStore.of(List.of(file("a", example(50))));
        PretrainingStore other = PretrainingStore.of(List.of(file("b", renamed)))) {
      assertThat(other.fingerprint()).isEqualTo(store.fingerprint());
    }
  }

  @Test
  void ofADirectoryAreThoseOfItsFilesByName() throws IOException {
    file("part.tfrecord-00001-of-00002", example(51));
    file("part.tfrecord-00000-of-00002", example(50));
    Files.writeString(folder.resolve("_SUCCESS"), "");
    Files.writeString(folder.resolve(".crc"), "x");
    assertThat(PretrainingStore.isAmong(List.of(folder))).isTrue();
    try (PretrainingStore store = PretrainingStore.of(List.of(folder))) {
      assertThat(store.read(0).inputs()[1]).isEqualTo(50);
      assertThat(store.read(1).inputs()[1]).isEqualTo(51);
    }
    Files.writeString(folder.resolve("text"), "some text");
    assertThatThrownBy(() -> PretrainingStore.of(List.of(folder)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("text is no uncompressed TFRecord file");
  }

  @Test
  void areToldFromTextByTheirBytesOrTheirName() throws IOException {
    Path text = Files.writeString(folder.resolve("text"), "words, more than twelve bytes");
    Path damaged = Files.writeString(folder.resolve("a.tfrecord"), "words, more than twelve bytes");
    assertThat(PretrainingStore.isAmong(List.of(file("plain", example(50))))).isTrue();
    assertThat(PretrainingStore.isAmong(List.of(damaged))).isTrue();
    assertThat(PretrainingStore.isAmong(List.of(text))).isFalse();
    assertThat(PretrainingStore.isAmong(List.of())).isFalse();
    Files.createDirectory(folder.resolve("empty"));
    assertThat(PretrainingStore.isAmong(List.of(folder.resolve("empty")))).isFalse();
    assertThatThrownBy(() -> TokenStore.of(damaged))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("is a TFRecord file, not text");
  }

  @Test
  void areNamedByAllThatTheyHold() throws IOException {
    List<Map<String, Feature>> others =
        List.of(
            example(51),
            with("segment_ids", wholes(0, 0, 0, 1, 1, 1, 0, 0)),
            with("input_mask", wholes(1, 1, 1, 1, 1, 1, 1, 0)),
            with("masked_lm_ids", wholes(70, 81, 0)),
            with("masked_lm_weights", reals(1, 0, 0)));
    Set<String> names = new TreeSet<>();
    for (Map<String, Feature> other : others) {
      try (PretrainingStore store = PretrainingStore.of(List.of(file("a", other)))) {
        names.add(store.fingerprint());
      }
    }
    assertThat(names).hasSameSizeAs(others);
  }

  @Test
  void splitAtTheEndAndAreShuffledBySeedAndPass() throws IOException {
    List<Map<String, Feature>> examples = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      examples.add(example(10 + i));
    }
    Path file = RecordFile.write(folder.resolve("a"), examples);
    try (PretrainingStore store = PretrainingStore.of(List.of(file))) {
      PretrainingSplit split = store.split(0.1);
      assertThat(firsts(split.heldOut(99), 0, 4)).containsExactly(46, 47, 48, 49);
      assertThat(firsts(split.heldOut(2), 0, 2)).containsExactly(46, 48);
      PretrainingRows training = split.training(3);
      List<Integer> pass = firsts(training, 0, 36);
      assertThat(pass)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(10, 46).boxed().toList())
          .isNotEqualTo(firsts(training, 36, 36))
          .isNotEqualTo(firsts(split.training(4), 0, 36));
      assertThat(firsts(training, 36, 36)).containsExactlyInAnyOrderElementsOf(pass);
      assertThat(firsts(training, 7, 5)).isEqualTo(pass.subList(7, 12));
      assertThatThrownBy(() -> store.split(0.99))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("no sequence to train on");
    }
  }

  private static List<Integer> firsts(PretrainingRows rows, long first, int count) {
    return Arrays.stream(rows.rows(first, count).masked().inputs()).map(row -> row[1]).toList();
  }

  @Test
  void areRefusedWhereAByteIsDamagedOrMissing() throws IOException {
    Path file = file("a", example(50), example(51));
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < whole.length; i++) {
      byte[] damaged = whole.clone();
      damaged[i] ^= 8;
      assertThat(PretrainingStore.isAmong(List.of(Files.write(file, damaged)))).isTrue();
      refused(file, "or damaged: record " + (i < whole.length / 2 ? 1 : 2));
      if (i != whole.length / 2) {
        refused(
            Files.write(file, Arrays.copyOf(whole, i)),
            i == 0 ? "holds no record" : "is cut short");
      }
    }
  }

  static Stream<Arguments> wrong() {
    Map<String, Feature> missing = example(50);
    missing.remove("masked_lm_weights");
    return Stream.of(
        Arguments.of(missing, "record 2 lacks the feature masked_lm_weights; it has [input_ids,"),
        Arguments.of(
            with("masked_lm_weights", wholes(1, 1, 0)),
            "has integers as feature masked_lm_weights, needed are floats"),
        Arguments.of(with("input_ids", reals(1)), "needed are integers"),
        Arguments.of(with("input_ids", Feature.getDefaultInstance()), "has nothing as feature"),
        Arguments.of(with("input_ids", wholes(new int[0])), "has no token"),
        Arguments.of(
            with("input_ids", wholes(1, -1, 0, 0, 0, 0, 0, 0)), "the token -1: allowed are 0 to"),
        Arguments.of(
            with("input_ids", wholes(1, 1L << 33, 0, 0, 0, 0, 0, 0)), "the token 8589934592"),
        Arguments.of(
            with("input_mask", wholes(1, 1, 1, 1, 1, 1, 0, 2)), "input_mask 2: allowed are 0 to 1"),
        Arguments.of(with("input_mask", wholes(1, 1)), "2 values in input_mask and 8 in input_ids"),
        Arguments.of(
            with("segment_ids", wholes(0, 0)), "2 values in segment_ids and 8 in input_ids"),
        Arguments.of(
            with("segment_ids", wholes(0, 0, 0, 0, 0, 0, 0, 128)),
            "segment 128: allowed are 0 to 127"),
        Arguments.of(
            with("masked_lm_ids", wholes(1, 2)),
            "2 values in masked_lm_ids and 3 in masked_lm_positions"),
        Arguments.of(with("masked_lm_ids", wholes(1, -2, 0)), "masked_lm_id -2"),
        Arguments.of(with("masked_lm_weights", reals(1, 1)), "2 values in masked_lm_weights"),
        Arguments.of(with("masked_lm_weights", reals(1, 0.5f, 0)), "the weight 0.5"),
        Arguments.of(with("masked_lm_weights", reals(1, Float.NaN, 0)), "the weight NaN"),
        Arguments.of(with("masked_lm_positions", wholes(4, 2, 0)), "position 2 after 4"),
        Arguments.of(with("masked_lm_positions", wholes(2, 2, 0)), "position 2 after 2"),
        Arguments.of(with("masked_lm_positions", wholes(2, 8, 0)), "to at most 7"),
        Arguments.of(with("masked_lm_positions", wholes(-1, 2, 0)), "position -1"),
        Arguments.of(with("masked_lm_positions", wholes(2, 6, 0)), "where input_mask is 0"),
        Arguments.of(shorter(), "has 4 tokens after records of 8: all must be of one length"));
  }

  private static Map<String, Feature> shorter() {
    Map<String, Feature> shorter = example(50);
    shorter.put("input_ids", wholes(1, 50, 3, 2));
    shorter.put("input_mask", wholes(1, 1, 1, 1));
    shorter.put("segment_ids", wholes(0, 0, 0, 0));
    shorter.put("masked_lm_weights", reals(1, 0, 0));
    return shorter;
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource
  void wrong(Map<String, Feature> example, String message) throws IOException {
    refused(file("a", example(50), example), message);
  }

  @Test
  void areRefusedWhereThereIsNothingToLearn() throws IOException {
    refused(file("a"), "holds no record");
    refused(file("a", with("masked_lm_weights", reals(0, 0, 0))), "asks for no token");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    RecordFile.add(out, new byte[] {10, 5, 1});
    refused(Files.write(folder.resolve("a"), out.toByteArray()), "record 1 is no tf.Example");
    assertThatThrownBy(() -> PretrainingStore.of(List.of(folder.resolve("none"))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("no such file");
  }

  private static void refused(Path file, String message) {
    assertThatThrownBy(() -> PretrainingStore.of(List.of(file)))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message)
        .message()
        .hasLineCount(1);
  }
}
