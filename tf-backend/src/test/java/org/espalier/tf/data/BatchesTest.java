package org.espalier.tf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchesTest {
  private static final int LENGTH = 2_000;

  @TempDir Path folder;
  private TokenStore store;

  /**
   * Text whose every two neighbouring bytes are a different pair, so a row says where it is from.
   */
  @BeforeEach
  void open() throws IOException {
    byte[] text = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      text[i] = (byte) (i % 2 == 0 ? i / 2 % 256 : i / 512);
    }
    store = TokenStore.of(Files.write(folder.resolve("text"), text));
  }

  @AfterEach
  void close() {
    store.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 16, 17, 1_000, 4_096, 65_537})
  void thePermutationIsOne(long size) {
    for (long key = 0; key < 3; key++) {
      Permutation permutation = new Permutation(size, key);
      boolean[] seen = new boolean[(int) size];
      for (long i = 0; i < size; i++) {
        int image = (int) permutation.at(i);
        assertThat(seen[image]).isFalse();
        seen[image] = true;
      }
    }
  }

  @Test
  void thePermutationMovesWindowsFarAndDiffersByKey() {
    int size = 10_000;
    double distance = 0;
    int same = 0;
    for (int i = 0; i < size; i++) {
      long image = new Permutation(size, 7).at(i);
      distance += Math.abs(image - i) / (double) size;
      same += image == new Permutation(size, 8).at(i) ? 1 : 0;
    }
    // Two independent uniform positions are a third of the range apart on average.
    assertThat(distance / size).isBetween(0.32, 0.347);
    assertThat(same).isLessThan(10);
  }

  @Test
  void eachPassVisitsEveryWindowOnceInAnotherOrder() {
    Batches batches = Batches.shuffled(store.all(), Framing.CAUSAL, 16, 1);
    int windows = (int) batches.windows();
    assertThat(windows).isEqualTo((LENGTH - 1) / 16);
    List<List<List<Integer>>> passes = new ArrayList<>();
    for (int pass = 0; pass < 3; pass++) {
      List<List<Integer>> rows = lists(batches.rows((long) pass * windows, windows));
      assertThat(new HashSet<>(rows)).hasSize(windows);
      passes.add(rows);
    }
    assertThat(new HashSet<>(passes.get(0))).isEqualTo(new HashSet<>(passes.get(1)));
    assertThat(new HashSet<>(passes)).hasSize(3);
  }

  @Test
  void aBatchDependsOnSeedAndStepAlone() {
    Batches batches = Batches.shuffled(store.all(), Framing.MASKED, 32, 1);
    int[][] late = batches.batch(40, 4);
    batches.batch(3, 4);
    Batches again = Batches.shuffled(store.all(), Framing.MASKED, 32, 1);
    assertThat(again.batch(40, 4)).isDeepEqualTo(late);
    assertThat(Batches.shuffled(store.all(), Framing.MASKED, 32, 2).batch(40, 4))
        .matches(other -> !Arrays.deepEquals(other, late));
    int[][] share = again.rows(40 * 4 + 2, 2);
    assertThat(share).isDeepEqualTo(Arrays.copyOfRange(late, 2, 4));
  }

  @Test
  void rowsAreFramedAsTheModelReadsThem() {
    int[] text = new int[LENGTH];
    store.read(0, text, 0, LENGTH);
    Batches causal = Batches.inOrder(store.all(), Framing.CAUSAL, 10, Long.MAX_VALUE);
    int[][] rows = causal.rows(0, 2);
    assertThat(rows[0]).isEqualTo(Arrays.copyOfRange(text, 0, 11));
    assertThat(rows[1]).isEqualTo(Arrays.copyOfRange(text, 10, 21));
    assertThat(causal.rows()).isEqualTo((LENGTH - 1) / 10);

    Batches masked = Batches.inOrder(store.all(), Framing.MASKED, 10, Long.MAX_VALUE);
    int[] row = masked.rows(masked.rows() - 1, 1)[0];
    assertThat(row).hasSize(10).startsWith(1).endsWith(2);
    assertThat(Arrays.copyOfRange(row, 1, 9))
        .isEqualTo(Arrays.copyOfRange(text, LENGTH - 8, LENGTH));
    assertThatThrownBy(() -> masked.rows(masked.rows(), 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void anEvaluationOfFewRowsIsSpreadOverTheSpan() {
    Batches all = Batches.inOrder(store.all(), Framing.CAUSAL, 10, 1_000);
    Batches few = Batches.inOrder(store.all(), Framing.CAUSAL, 10, 7);
    Set<List<Integer>> rows = new HashSet<>(lists(few.rows(0, 7)));
    assertThat(rows).hasSize(7).isSubsetOf(lists(all.rows(0, (int) all.rows())));
    assertThat(few.rows(6, 1)[0]).isEqualTo(all.rows(6 * all.rows() / 7, 1)[0]);
  }

  @Test
  void trainingNeverReadsTheHeldOutPart() {
    TokenSplit split = store.split(0.3);
    Batches training = Batches.shuffled(split.training(), Framing.CAUSAL, 20, 3);
    Set<List<Integer>> seen = new HashSet<>(lists(training.rows(0, 500)));
    Batches heldOut = Batches.inOrder(split.heldOut(), Framing.CAUSAL, 20, 1_000);
    assertThat(seen).doesNotContainAnyElementsOf(lists(heldOut.rows(0, (int) heldOut.rows())));
    int[] last = new int[21];
    split.training().read(split.training().size() - 21, last, 0, 21);
    assertThatThrownBy(() -> split.training().read(split.training().size() - 20, last, 0, 21))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void tooLittleTextForOneSequenceIsOneClearLine() {
    TokenSpan few = new TokenSpan(store, 0, 16);
    assertThat(Batches.shuffled(few, Framing.CAUSAL, 15, 1).windows()).isEqualTo(1);
    assertThatThrownBy(() -> Batches.shuffled(few, Framing.CAUSAL, 16, 1))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("16 tokens, one sequence of length 16 takes 17");
    assertThat(Batches.shuffled(few, Framing.MASKED, 18, 1).batch(5, 2)[1]).hasSize(18);
    assertThatThrownBy(() -> Batches.inOrder(few, Framing.MASKED, 19, 1))
        .isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> Batches.inOrder(few, Framing.MASKED, 2, 1))
        .hasMessageContaining("allowed is 3 or more");
    assertThatThrownBy(() -> Batches.inOrder(few, Framing.MASKED, 4, 0))
        .hasMessageContaining("allowed is 1 or more");
  }

  private static List<List<Integer>> lists(int[][] rows) {
    return Arrays.stream(rows).map(row -> Arrays.stream(row).boxed().toList()).toList();
  }
}
