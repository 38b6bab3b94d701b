package org.espalier.tf.data;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What all images of a store have in common.
 *
 * @param shape of one image, [height, width, channels] or [channels, height, width]
 * @param bytes whether its elements are bytes, 0 to 255; otherwise they are float32
 */
record ImageFormat(List<Integer> shape, boolean bytes) {
  /** The most elements that an image may have: 4096 by 4096, of 4 channels. */
  private static final long LARGEST = 1L << 26;

  /** Makes the format of images as a file states it; [height, width] has one channel. */
  static ImageFormat of(List<Long> shape, boolean bytes) throws MalformedImagesException {
    long elements = 1;
    for (long size : shape) {
      if (size < 1 || size > LARGEST || (elements *= size) > LARGEST) {
        throw new MalformedImagesException(
            "holds images of shape %s: each size must be 1 or more, and all at most %,d elements"
                .formatted(shape, LARGEST));
      }
    }
    if (shape.size() != 2 && shape.size() != 3) {
      throw new MalformedImagesException(
          "holds images of shape %s: needed is [height, width], [height, width, channels] or [channels, height, width]"
              .formatted(shape));
    }
    List<Integer> sizes = shape.stream().map(Math::toIntExact).collect(Collectors.toList());
    if (sizes.size() == 2) {
      sizes.add(1);
    }
    return new ImageFormat(List.copyOf(sizes), bytes);
  }

  int elements() {
    return shape.stream().mapToInt(Integer::intValue).reduce(1, Math::multiplyExact);
  }

  int byteSize() {
    return elements() * (bytes ? 1 : Float.BYTES);
  }

  @Override
  public String toString() {
    String sizes = shape.stream().map(String::valueOf).collect(Collectors.joining("x"));
    return sizes + (bytes ? " of bytes" : " of float32");
  }
}
