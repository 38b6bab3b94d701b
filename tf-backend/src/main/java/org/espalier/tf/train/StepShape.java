package org.espalier.tf.train;

import java.util.List;

/**
 * The shapes of a step.
 *
 * @param input shape of each input: [batch, sequence] of tokens, [batch, three axes] of images
 * @param labels shape of the labels, and of the logits but for their last axis: [batch, sequence]
 *     of tokens, [batch] of images
 */
public record StepShape(List<Long> input, List<Long> labels) {
  /** Copies the lists. */
  public StepShape {
    input = List.copyOf(input);
    labels = List.copyOf(labels);
  }

  /** Steps of token sequences. */
  public static StepShape tokens(int batch, int sequence) {
    List<Long> shape = List.of((long) batch, (long) sequence);
    return new StepShape(shape, shape);
  }

  /**
   * Steps of images.
   *
   * @param image shape of one image as the model takes it, of three axes
   */
  public static StepShape images(int batch, List<Integer> image) {
    return new StepShape(
        List.of((long) batch, (long) image.get(0), (long) image.get(1), (long) image.get(2)),
        List.of((long) batch));
  }

  /** The number of sequences or images. */
  public int batch() {
    return Math.toIntExact(labels.get(0));
  }

  /** The number of labels. */
  long rows() {
    return labels.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }

  /** Whether it is of images. */
  boolean isImages() {
    return labels.size() == 1;
  }
}
