package org.espalier.tf.family;

import org.espalier.api.EspalierException;

/**
 * The sizes of what a model of images takes and gives.
 *
 * @param image height and width of an image, in pixels; a multiple of {@code patch}
 * @param patch height and width of a patch, in pixels
 * @param channels numbers a pixel
 * @param classes number of classes
 */
public record ImageSizes(int image, int patch, int channels, int classes) {
  private static final int LARGEST_IMAGE = 1 << 14;

  /** Checks that every size can be built. */
  public ImageSizes {
    ModelSizes.within("image", image, 1, LARGEST_IMAGE);
    ModelSizes.within("patch", patch, 1, LARGEST_IMAGE);
    ModelSizes.within("channels", channels, 1, Integer.MAX_VALUE);
    ModelSizes.within("classes", classes, 1, Integer.MAX_VALUE);
    if (image % patch != 0) {
      throw new EspalierException(
          "image %d is not divisible by patch %d; change one of them".formatted(image, patch));
    }
  }

  /** Returns the sizes of images that are seen as that many positions, if there are such. */
  static ImageSizes ofPositions(int positions, int patch, int channels, int classes) {
    int side = (int) Math.round(Math.sqrt(positions - 1.0));
    if (positions < 2 || side * side != positions - 1) {
      throw new EspalierException(
          "positions is %d, but a class token and square images make 1 + n² of them"
              .formatted(positions));
    }
    return new ImageSizes(Math.multiplyExact(side, patch), patch, channels, classes);
  }

  /** Returns the number of patches along one side of an image. */
  int side() {
    return image / patch;
  }

  /** Returns the length of the sequence that a block sees: the class token and all patches. */
  int positions() {
    return side() * side() + 1;
  }
}
