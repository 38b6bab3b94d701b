package org.espalier.tf.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.espalier.api.EspalierException;
import org.espalier.tf.data.ImageRows;
import org.espalier.tf.data.ImageStore;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * How stored images become what a model takes: as they are, or with the axis of channels moved.
 *
 * @param shape of an image as the model takes it
 * @param stored shape of an image as it is stored
 */
record ImageInput(List<Integer> shape, List<Integer> stored) {
  private static final int AXES = 3;

  /** The most channels that an axis is taken to have: red, green, blue and alpha. */
  private static final int MOST_CHANNELS = 4;

  /**
   * Compares the shapes.
   *
   * @throws EspalierException if the model takes images of another size
   */
  static ImageInput of(ForwardFunction function, ImageStore images) {
    String name = function.inputs().get(InputRole.IMAGES);
    List<Integer> taken = taken(function, name);
    List<Integer> stored = images.shape();
    List<Integer> moved = moved(stored);
    boolean open = taken.stream().allMatch(size -> size < 0);
    // Hugging Face's models take channels first, and need not say so in their signatures.
    boolean first = open && name.toLowerCase(Locale.ROOT).contains("pixel_values");
    if (first && !isChannelsFirst(stored) && fits(taken, moved)) {
      return new ImageInput(moved, stored);
    }
    for (List<Integer> shape : List.of(stored, moved)) {
      if (fits(taken, shape)) {
        return new ImageInput(shape, stored);
      }
    }
    throw new EspalierException(
        "The model takes images of shape %s, and those of %s have shape %s; bring them to that size"
            .formatted(taken, images, stored));
  }

  /** Sizes of the input but for the batch, -1 where they are open. */
  private static List<Integer> taken(ForwardFunction function, String name) {
    for (NodeDef node : function.body().getNodeList()) {
      if (node.getName().equals(name) && node.containsAttr("shape")) {
        TensorShapeProto shape = node.getAttrOrThrow("shape").getShape();
        if (!shape.getUnknownRank()) {
          return shape.getDimList().stream().skip(1).map(dim -> (int) dim.getSize()).toList();
        }
      }
    }
    return List.of(-1, -1, -1);
  }

  private static boolean fits(List<Integer> taken, List<Integer> shape) {
    return taken.size() == AXES
        && IntStream.range(0, AXES)
            .allMatch(i -> taken.get(i) < 0 || taken.get(i).equals(shape.get(i)));
  }

  private static boolean isChannelsFirst(List<Integer> shape) {
    return shape.get(AXES - 1) > MOST_CHANNELS && shape.get(0) <= MOST_CHANNELS;
  }

  private static List<Integer> moved(List<Integer> shape) {
    return isChannelsFirst(shape)
        ? List.of(shape.get(1), shape.get(2), shape.get(0))
        : List.of(shape.get(2), shape.get(0), shape.get(1));
  }

  int elements() {
    return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
  }

  /** Reads the image of a row as the model takes it into {@code target} from {@code offset} on. */
  void read(ImageRows rows, long row, float[] target, int offset) {
    if (shape.equals(stored)) {
      rows.read(row, target, offset);
      return;
    }
    float[] image = new float[elements()];
    rows.read(row, image, 0);
    boolean channelsFirst = isChannelsFirst(stored);
    int channels = channelsFirst ? stored.get(0) : stored.get(AXES - 1);
    int pixels = elements() / channels;
    for (int pixel = 0; pixel < pixels; pixel++) {
      for (int channel = 0; channel < channels; channel++) {
        int apart = channel * pixels + pixel;
        int together = pixel * channels + channel;
        if (channelsFirst) {
          target[offset + together] = image[apart];
        } else {
          target[offset + apart] = image[together];
        }
      }
    }
  }
}
