package org.espalier.tf.train;

/** Images, and the class of each. */
final class ImageExample implements Example {
  private final StepShape shape;
  private final float[] pixels;
  private final int[] labels;
  private final float[] weights;

  /**
   * Creates an example of arrays, which are not copied.
   *
   * @param pixels elements of all images, in the shape's order
   */
  ImageExample(StepShape shape, float[] pixels, int[] labels, float[] weights) {
    this.shape = shape;
    this.pixels = pixels;
    this.labels = labels;
    this.weights = weights;
  }

  float[] pixels() {
    return pixels;
  }

  @Override
  public StepShape shape() {
    return shape;
  }

  @Override
  public int[] labels() {
    return labels;
  }

  @Override
  public float[] weights() {
    return weights;
  }
}
