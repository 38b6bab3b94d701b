package org.espalier.tf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Text that is written as masked sequences")
final class PretrainingTextTest {
  private static final int SEQUENCE = 34;
  private static final int WINDOWS = 60;
  private static final int COPIES = 3;

  @TempDir Path folder;
  private TokenStore text;
  private int[][] windows;

  @BeforeEach
  void open() throws IOException {
    byte[] bytes = new byte[WINDOWS * (SEQUENCE - 2) + 5];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (i % 2 == 0 ? i / 2 % 256 : i / 512);
    }
    text = TokenStore.of(Files.write(folder.resolve("text"), bytes));
    windows = Batches.inOrder(text.all(), Framing.MASKED, SEQUENCE, 999).rows(0, WINDOWS);
  }

  @AfterEach
  void close() {
    text.close();
  }

  @Test
  void hasTheMasksOfTrainingOnText() throws IOException {
    PretrainingFormat format = new PretrainingFormat(SEQUENCE, SEQUENCE, COPIES, 7);
    Path file = folder.resolve("all.tfrecord");
    PretrainingText.Written written = PretrainingText.write(text, format, file);
    assertThat(written.sequences()).isEqualTo(WINDOWS * COPIES);
    MlmMasking masking = MlmMasking.training(text.vocabulary(), 7);
    try (PretrainingStore store = PretrainingStore.of(List.of(file))) {
      assertThat(store.size()).isEqualTo(written.sequences());
      assertThat(store.predictions()).isEqualTo(written.predictions());
      assertThat((double) store.predictions() / (WINDOWS * COPIES * (SEQUENCE - 2)))
          .isCloseTo(0.15, within(0.015));
      assertThat(store.isPadded()).isFalse();
      assertThat(store.largestSegment()).isZero();
      int[] seen = new int[WINDOWS];
      List<Integer> order = new ArrayList<>();
      for (int i = 0; i < store.size(); i++) {
        PretrainingBatch row = row(store, i);
        int window = Arrays.asList(texts()).indexOf(Arrays.toString(row.masked().labels()[0]));
        order.add(window);
        Set<Integer> copies = new HashSet<>();
        for (int copy = 0; copy < COPIES; copy++) {
          MaskedBatch masked = masking.apply(new int[][] {windows[window]}, copy, window);
          if (Arrays.equals(masked.inputs()[0], row.masked().inputs()[0])
              && Arrays.equals(masked.weights()[0], row.masked().weights()[0])) {
            copies.add(copy);
          }
        }
        assertThat(copies).hasSize(1);
        seen[window] += 1 << (3 * copies.iterator().next());
      }
      // Each copy of each window once: 0o111.
      assertThat(seen).containsOnly(73);
      int shuffled = (WINDOWS - 3) * COPIES;
      assertThat(order.subList(shuffled, order.size()))
          .containsExactly(57, 57, 57, 58, 58, 58, 59, 59, 59);
      List<Integer> sorted = new ArrayList<>(order.subList(0, shuffled));
      Collections.sort(sorted);
      assertThat(order.subList(0, shuffled)).isNotEqualTo(sorted);
      assertThat(sorted.get(shuffled - 1)).isEqualTo(56);
    }
  }

  private static PretrainingBatch row(PretrainingStore store, long number) {
    return new PretrainingRows(store, RowOrder.spread(1, 1), number).rows(0, 1);
  }

  private String[] texts() {
    return Arrays.stream(windows).map(Arrays::toString).toArray(String[]::new);
  }

  @Test
  void asksForNoMoreThanThereIsRoomFor() throws IOException {
    Path all = folder.resolve("all");
    Path few = folder.resolve("few");
    PretrainingText.write(text, new PretrainingFormat(SEQUENCE, SEQUENCE, 1, 7), all);
    PretrainingText.write(text, new PretrainingFormat(SEQUENCE, 3, 1, 7), few);
    try (PretrainingStore every = PretrainingStore.of(List.of(all));
        PretrainingStore capped = PretrainingStore.of(List.of(few))) {
      boolean cut = false;
      for (int i = 0; i < WINDOWS; i++) {
        PretrainingExample whole = every.read(i);
        PretrainingExample part = capped.read(i);
        int[] asked = asked(part);
        assertThat(asked).hasSize(Math.min(3, asked(whole).length));
        assertThat(asked(whole)).contains(asked);
        cut |= asked.length < asked(whole).length;
        int[] original = row(every, i).masked().labels()[0];
        for (int p = 0; p < SEQUENCE; p++) {
          boolean kept = part.labels()[p] != PretrainingExample.NONE;
          assertThat(part.inputs()[p]).isEqualTo(kept ? whole.inputs()[p] : original[p]);
        }
      }
      assertThat(cut).isTrue();
    }
  }

  private static int[] asked(PretrainingExample example) {
    return IntStream.range(0, SEQUENCE)
        .filter(p -> example.labels()[p] != PretrainingExample.NONE)
        .toArray();
  }

  @Test
  void givesTheSameBytesForTheSameSeed() throws IOException {
    Path first = folder.resolve("first");
    Path again = folder.resolve("again");
    Path other = folder.resolve("other");
    PretrainingText.write(text, new PretrainingFormat(SEQUENCE, 5, 2, 7), first);
    PretrainingText.write(text, new PretrainingFormat(SEQUENCE, 5, 2, 7), again);
    PretrainingText.write(text, new PretrainingFormat(SEQUENCE, 5, 2, 8), other);
    assertThat(again).hasSameBinaryContentAs(first);
    assertThat(Files.readAllBytes(other)).isNotEqualTo(Files.readAllBytes(first));
  }

  @Test
  void overwritesNothingAndLeavesNothingHalfDone() throws IOException {
    Path taken = Files.writeString(folder.resolve("taken"), "keep me");
    PretrainingFormat format = new PretrainingFormat(SEQUENCE, 5, 1, 0);
    assertThatThrownBy(() -> PretrainingText.write(text, format, taken))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("it exists");
    assertThat(taken).hasContent("keep me");
    PretrainingFormat longer = new PretrainingFormat(4_000, 5, 1, 0);
    assertThatThrownBy(() -> PretrainingText.write(text, longer, folder.resolve("long")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("too short");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactlyInAnyOrder(taken, folder.resolve("text"));
    }
  }

  @Test
  void allowsNumbersThatMakeSense() {
    assertThat(PretrainingFormat.advisedPredictions(128)).isEqualTo(20);
    assertThat(PretrainingFormat.advisedPredictions(4)).isEqualTo(1);
    assertThatThrownBy(() -> new PretrainingFormat(3, 1, 1, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sequence is 3, must be 4 to 32768");
    assertThatThrownBy(() -> new PretrainingFormat(8, 9, 1, 0))
        .hasMessage("predictions is 9, must be 1 to 8");
    assertThatThrownBy(() -> new PretrainingFormat(8, 8, 0, 0)).hasMessageContaining("copies is 0");
  }
}
