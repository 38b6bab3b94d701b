package org.espalier.tf.data;

import java.util.Arrays;
import org.espalier.api.EspalierException;

/**
 * Chooses and hides the tokens that a masked language model predicts.
 *
 * <p>As in BERT (Devlin et al., 2019): 15 % of the positions are chosen; of these 80 % become
 * {@code [MASK]}, 10 % a random token and 10 % stay. Special tokens are never chosen and never
 * drawn. A row in which chance chooses nothing gets the one position that came nearest, so every
 * row with text has something to predict.
 *
 * <p>The choice at a position is a hash of (seed, step, row, position): no state, so resume is
 * exact and a slice of a batch is masked as the whole is. Safe for any number of threads.
 */
public final class MlmMasking {
  /** The fraction of positions that is chosen. */
  public static final double RATE = 0.15;

  private static final double MASKED = 0.8;
  private static final double RANDOM = 0.9;
  private static final long EVALUATION_SEED = 0x6865_6c64_206f_7574L;

  private final Vocabulary vocabulary;
  private final long key;
  private final double rate;
  private final int most;

  private MlmMasking(Vocabulary vocabulary, long key, double rate, int most) {
    vocabulary.requireMasking();
    this.vocabulary = vocabulary;
    this.key = key;
    this.rate = rate;
    this.most = most;
  }

  private static MlmMasking seeded(Vocabulary vocabulary, long seed, double rate) {
    // Apart from the key of the order of windows, which derives from the same seed.
    return new MlmMasking(vocabulary, Mixing.derive(~seed, 0), rate, Integer.MAX_VALUE);
  }

  /** Masks 15 % of the positions. */
  public static MlmMasking training(Vocabulary vocabulary, long seed) {
    return training(vocabulary, seed, RATE);
  }

  /**
   * Masks a fraction {@code rate} of the positions.
   *
   * @throws EspalierException when the rate is not strictly between 0 and 1, or the vocabulary has
   *     no special token to mask with
   */
  public static MlmMasking training(Vocabulary vocabulary, long seed, double rate) {
    if (!(rate > 0 && rate < 1)) {
      throw new EspalierException(
          "masking rate is %s: allowed is more than 0 and less than 1".formatted(rate));
    }
    return seeded(vocabulary, seed, rate);
  }

  /** Masks held-out rows by a fixed key: the same masks in every evaluation of every run. */
  public static MlmMasking heldOut(Vocabulary vocabulary) {
    return seeded(vocabulary, EVALUATION_SEED, RATE);
  }

  /**
   * The same, but where chance chooses more than {@code predictions} positions of a row, only as
   * many of them, by chance too.
   */
  MlmMasking atMost(int predictions) {
    return new MlmMasking(vocabulary, key, rate, predictions);
  }

  /**
   * Masks some rows.
   *
   * @param rows token ids, left unchanged
   * @param step the training step; 0 when evaluating
   * @param firstRow the number of the first of {@code rows} within the batch; when evaluating, its
   *     row number in the held-out part, so that the masks do not depend on the batch size
   */
  public MaskedBatch apply(int[][] rows, long step, long firstRow) {
    long stepKey = Mixing.derive(key, step);
    int[][] inputs = new int[rows.length][];
    float[][] weights = new float[rows.length][];
    for (int r = 0; r < rows.length; r++) {
      long rowKey = Mixing.derive(stepKey, firstRow + r);
      weights[r] = choose(rows[r], rowKey);
      inputs[r] = hide(rows[r], weights[r], rowKey);
    }
    return new MaskedBatch(inputs, rows, weights);
  }

  private float[] choose(int[] row, long rowKey) {
    float[] weights = new float[row.length];
    double[] draws = new double[row.length];
    int chosen = 0;
    int nearest = -1;
    double smallest = 1;
    for (int p = 0; p < row.length; p++) {
      if (vocabulary.special().contains(row[p])) {
        continue;
      }
      double draw = Mixing.unit(Mixing.derive(rowKey, 2L * p));
      if (draw < rate) {
        weights[p] = 1;
        draws[chosen++] = draw;
      }
      if (draw < smallest) {
        smallest = draw;
        nearest = p;
      }
    }
    if (chosen == 0 && nearest >= 0) {
      weights[nearest] = 1;
    }
    if (chosen > most) {
      Arrays.sort(draws, 0, chosen);
      keepBelow(draws[most], weights, rowKey);
    }
    return weights;
  }

  /** The draws of chosen positions are uniform below the rate, so the smallest are any of them. */
  private static void keepBelow(double limit, float[] weights, long rowKey) {
    for (int p = 0; p < weights.length; p++) {
      if (weights[p] != 0 && Mixing.unit(Mixing.derive(rowKey, 2L * p)) >= limit) {
        weights[p] = 0;
      }
    }
  }

  private int[] hide(int[] row, float[] weights, long rowKey) {
    int[] input = row.clone();
    for (int p = 0; p < row.length; p++) {
      if (weights[p] != 0) {
        long bits = Mixing.derive(rowKey, 2L * p + 1);
        double draw = Mixing.unit(bits);
        if (draw < MASKED) {
          input[p] = vocabulary.special().mask();
        } else if (draw < RANDOM) {
          input[p] = anyToken(bits);
        }
      }
    }
    return input;
  }

  private int anyToken(long bits) {
    int token;
    long counter = 0;
    do {
      token = Mixing.below(vocabulary.size(), Mixing.derive(bits, counter++));
    } while (vocabulary.special().contains(token));
    return token;
  }
}
