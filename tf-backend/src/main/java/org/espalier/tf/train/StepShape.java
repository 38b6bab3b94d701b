package org.espalier.tf.train;

import java.util.List;

/**
 * The shapes of a step.
 *
 * @param input shape of each input: [batch, sequence] of tokens, [batch, three axes] of images
 * @param labels shape of the labels, and of the logits but for their last axis: [batch, sequence]
 *     of tokens, [batch] of images
 * @param share of the labels that are expected to have weight; below 1, logits are made of those
 *     alone where the model allows it
 */
public record StepShape(List<Long> input, List<Long> labels, double share) {
  /** Copies the lists. */
  public StepShape {
    input = List.copyOf(input);
    labels = List.copyOf(labels);
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("a share of " + share);
    }
  }

  /** Steps of token sequences. */
  public static StepShape tokens(int batch, int sequence) {
    return masked(batch, sequence, 1);
  }

  /** Steps of token sequences of which about {@code share} of the positions are to be predicted. */
  public static StepShape masked(int batch, int sequence, double share) {
    List<Long> shape = List.of((long) batch, (long) sequence);
    return new StepShape(shape, shape, share);
  }

  /**
   * Steps of images.
   *
   * @param image shape of one image as the model takes it, of three axes
   */
  public static StepShape images(int batch, List<Integer> image) {
    return new StepShape(
        List.of((long) batch, (long) image.get(0), (long) image.get(1), (long) image.get(2)),
        List.of((long) batch),
        1);
  }

  /** The number of sequences or images. */
  public int batch() {
    return Math.toIntExact(labels.get(0));
  }

  /** The number of labels. */
  long rows() {
    return labels.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /** The number of labels that are expected to have weight; at least one. */
  long chosen() {
    return Math.max(1, Math.round(share * (double) rows()));
  }

  /** Whether some labels are expected to have no weight. */
  boolean isMasked() {
    return share < 1;
  }

  /** Whether it is of images. */
  boolean isImages() {
    return labels.size() == 1;
  }
}
