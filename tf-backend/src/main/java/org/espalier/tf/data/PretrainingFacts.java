package org.espalier.tf.data;

/**
 * What is known of all sequences of a store.
 *
 * @param sequence tokens of each
 * @param size how many there are
 * @param predictions how many tokens are to be predicted in all
 * @param largestToken the largest id that is shown or asked for
 * @param largestAt the first record that has it, with its file
 * @param largestSegment the largest segment
 * @param padded whether some position is not to be attended to
 * @param fingerprint SHA-256 of everything, in hexadecimal
 */
record PretrainingFacts(
    int sequence,
    long size,
    long predictions,
    int largestToken,
    String largestAt,
    int largestSegment,
    boolean padded,
    String fingerprint) {

  /** Collects them from one sequence after another. */
  static final class Builder {
    private int sequence;
    private long size;
    private long predictions;
    private int largestToken = -1;
    private String largestAt = "";
    private int largestSegment;
    private boolean padded;

    void add(PretrainingExample example, String where) {
      sequence = example.sequence();
      int largest = -1;
      for (int i = 0; i < sequence; i++) {
        largest = Math.max(largest, Math.max(example.inputs()[i], example.labels()[i]));
        largestSegment = Math.max(largestSegment, example.segments()[i]);
        padded |= example.attended()[i] == 0;
        predictions += example.labels()[i] == PretrainingExample.NONE ? 0 : 1;
      }
      if (largest > largestToken) {
        largestToken = largest;
        largestAt = where;
      }
      size++;
    }

    PretrainingFacts build(String fingerprint) {
      return new PretrainingFacts(
          sequence,
          size,
          predictions,
          largestToken,
          largestAt,
          largestSegment,
          padded,
          fingerprint);
    }
  }
}
