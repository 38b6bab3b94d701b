package org.espalier.tf.train;

import java.util.Arrays;
import org.espalier.api.EspalierException;
import org.espalier.tf.data.ImageRows;
import org.espalier.tf.data.ImageSplit;

/** Labelled images, for the objective classification. */
final class ImageData implements StageData {
  private final ImageSplit images;
  private final ImageInput input;
  private final int batch;
  private final int positions;

  private ImageData(ImageSplit images, ImageInput input, int batch, int positions) {
    this.images = images;
    this.input = input;
    this.batch = batch;
    this.positions = positions;
  }

  /** Checks the sizes of the images, and the number of classes where the model's spec states it. */
  static ImageData of(TrainableModel model, ImageSplit images, int batch) {
    ImageData data =
        new ImageData(
            images,
            ImageInput.of(model.training(), images.store()),
            batch,
            model.spec().dimensions().getOrDefault("positions", 1));
    Integer classes = model.spec().dimensions().get("classes");
    if (classes != null) {
      data.checkClasses(classes);
    }
    return data;
  }

  @Override
  public StepShape shape() {
    return StepShape.images(batch, input.shape());
  }

  @Override
  public int positions() {
    return positions;
  }

  @Override
  public void checkClasses(long classes) {
    int needed = images.store().classes();
    if (classes < needed) {
      throw new EspalierException(
          "The model tells %d classes apart, but %s has labels up to %d; give the model a head of %d classes, or other data"
              .formatted(classes, images.store(), needed - 1, needed));
    }
  }

  @Override
  public TrainingExamples training(long seed) {
    ImageRows rows = images.training(seed);
    return (firstRow, step, rowOfStep) -> example(rows, firstRow, batch);
  }

  @Override
  public HeldOutExamples heldOut(int count) {
    ImageRows rows = images.heldOut((long) count * batch);
    return HeldOutExamples.of(rows.rows(), batch, (first, there) -> example(rows, first, there));
  }

  /** Images that a batch lacks are black, and have no weight. */
  private ImageExample example(ImageRows rows, long first, int there) {
    int[] labels = new int[batch];
    float[] weights = new float[batch];
    Arrays.fill(weights, 0, there, 1);
    float[] pixels = new float[Math.multiplyExact(batch, input.elements())];
    for (int i = 0; i < there; i++) {
      labels[i] = rows.label(first + i);
      input.read(rows, first + i, pixels, i * input.elements());
    }
    return new ImageExample(shape(), pixels, labels, weights);
  }
}
