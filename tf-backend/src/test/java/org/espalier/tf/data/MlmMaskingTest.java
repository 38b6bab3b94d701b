package org.espalier.tf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;

class MlmMaskingTest {
  private static final Vocabulary BYTES = Tokenizer.bytes().vocabulary();
  private static final int MASK = 3;

  @Test
  void ratesAreThoseOfBert() {
    int[][] rows = rows(2_000, 130, 1);
    MaskedBatch batch = MlmMasking.training(BYTES, 5).apply(rows, 9, 0);
    double chosen = 0;
    double masked = 0;
    double kept = 0;
    double replaced = 0;
    for (int r = 0; r < rows.length; r++) {
      for (int p = 0; p < rows[r].length; p++) {
        int input = batch.inputs()[r][p];
        if (batch.weights()[r][p] == 0) {
          assertThat(input).isEqualTo(rows[r][p]);
          continue;
        }
        chosen++;
        assertThat(rows[r][p]).isGreaterThanOrEqualTo(5);
        if (input == MASK) {
          masked++;
        } else if (input == rows[r][p]) {
          kept++;
        } else {
          assertThat(input).isBetween(5, 260);
          replaced++;
        }
      }
    }
    assertThat(chosen / (2_000 * 128)).isCloseTo(0.15, within(0.004));
    assertThat(masked / chosen).isCloseTo(0.8, within(0.01));
    // One random byte in 256 is the byte that was there.
    assertThat(replaced / chosen).isCloseTo(0.1 * 255 / 256, within(0.007));
    assertThat(kept / chosen).isCloseTo(0.1 + 0.1 / 256, within(0.007));
    assertThat(batch.labels()).isDeepEqualTo(rows(2_000, 130, 1));
  }

  @Test
  void randomTokensAreUniformOverTheBytes() {
    int[][] rows = new int[4_000][130];
    for (int[] row : rows) {
      Arrays.fill(row, 65);
    }
    int[] count = new int[261];
    for (int[] row : MlmMasking.training(BYTES, 1).apply(rows, 0, 0).inputs()) {
      for (int token : row) {
        count[token]++;
      }
    }
    int drawn = 0;
    for (int token = 5; token < 261; token++) {
      drawn += token == 65 ? 0 : count[token];
    }
    double expected = drawn / 255.0;
    double chiSquared = 0;
    for (int token = 5; token < 261; token++) {
      chiSquared += token == 65 ? 0 : Math.pow(count[token] - expected, 2) / expected;
    }
    // 254 degrees of freedom: the mean is 254 and five standard deviations are 113.
    assertThat(chiSquared).isBetween(141.0, 367.0);
  }

  @Test
  void aSliceIsMaskedAsTheWholeAndStepsDiffer() {
    int[][] rows = rows(8, 64, 2);
    MlmMasking masking = MlmMasking.training(BYTES, 5);
    MaskedBatch whole = masking.apply(rows, 3, 0);
    MaskedBatch slice = masking.apply(Arrays.copyOfRange(rows, 2, 5), 3, 2);
    assertThat(slice.inputs()).isDeepEqualTo(Arrays.copyOfRange(whole.inputs(), 2, 5));
    assertThat(slice.weights()).isDeepEqualTo(Arrays.copyOfRange(whole.weights(), 2, 5));
    assertThat(Arrays.deepEquals(masking.apply(rows, 4, 0).weights(), whole.weights())).isFalse();
    assertThat(
            Arrays.deepEquals(
                MlmMasking.training(BYTES, 6).apply(rows, 3, 0).weights(), whole.weights()))
        .isFalse();
  }

  @Test
  void evaluationsSeeTheSameMasksWhateverTheBatchSize() {
    int[][] rows = rows(6, 64, 3);
    MaskedBatch whole = MlmMasking.heldOut(BYTES).apply(rows, 0, 0);
    MaskedBatch rest = MlmMasking.heldOut(BYTES).apply(Arrays.copyOfRange(rows, 4, 6), 0, 4);
    assertThat(rest.inputs()).isDeepEqualTo(Arrays.copyOfRange(whole.inputs(), 4, 6));
  }

  @Test
  void everyRowWithTextHasSomethingToPredict() {
    int[][] rows = rows(500, 3, 4);
    int[][] nothing = {{1, 2, 0, 0}};
    for (float[] weights : MlmMasking.training(BYTES, 1).apply(rows, 0, 0).weights()) {
      assertThat(weights).containsExactly(0, 1, 0);
    }
    assertThat(MlmMasking.training(BYTES, 1).apply(nothing, 0, 0).weights()[0]).containsOnly(0);
    assertThatThrownBy(() -> MlmMasking.training(BYTES, 1, 0))
        .isInstanceOf(EspalierException.class);
  }

  @Test
  void whereTheNumberIsLimitedSomeAreChosenOfThoseWithoutLimit() {
    int[][] rows = rows(4_000, 66, 5);
    float[][] all = MlmMasking.training(BYTES, 1).apply(rows, 0, 0).weights();
    float[][] few = MlmMasking.training(BYTES, 1).atMost(4).apply(rows, 0, 0).weights();
    double firstHalf = 0;
    double kept = 0;
    for (int r = 0; r < rows.length; r++) {
      int chosen = 0;
      int limited = 0;
      for (int p = 0; p < rows[r].length; p++) {
        chosen += (int) all[r][p];
        limited += (int) few[r][p];
        assertThat(few[r][p]).isLessThanOrEqualTo(all[r][p]);
        firstHalf += p < 33 ? few[r][p] : 0;
      }
      assertThat(limited).isEqualTo(Math.min(4, chosen));
      kept += limited;
    }
    // Were the first ones kept, these would be far more than half.
    assertThat(firstHalf / kept).isCloseTo(0.5, within(0.02));
  }

  /** [CLS], random bytes, [SEP]. */
  private static int[][] rows(int count, int length, long seed) {
    Random random = new Random(seed);
    int[][] rows = new int[count][length];
    for (int[] row : rows) {
      Arrays.setAll(row, p -> 5 + random.nextInt(256));
      row[0] = 1;
      row[length - 1] = 2;
    }
    return rows;
  }
}
