package org.espalier.tf.data;

/**
 * How text is made into masked sequences that are written.
 *
 * @param sequence tokens of each, with those that open and close it
 * @param predictions the most tokens to predict of each; chance chooses about 15 %
 * @param copies how often each sequence is written, each time with other masks
 * @param seed of masks and order
 */
public record PretrainingFormat(int sequence, int predictions, int copies, long seed) {
  /** The shortest sequences that can be trained on. */
  private static final int SHORTEST = 4;

  /** Far more than models take. */
  private static final int LONGEST = 1 << 15;

  /** Checks the ranges. */
  public PretrainingFormat {
    check("sequence", sequence, SHORTEST, LONGEST);
    check("predictions", predictions, 1, sequence);
    check("copies", copies, 1, Integer.MAX_VALUE);
  }

  /** The number of predictions that BERT advises: the share of 15 % of the sequence, rounded up. */
  public static int advisedPredictions(int sequence) {
    return (int) Math.ceil(MlmMasking.RATE * sequence);
  }

  private static void check(String field, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s is %d, must be %d to %d".formatted(field, value, least, most));
    }
  }
}
