package org.espalier.tf.data;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A PNG or JPEG image, decoded by the Java runtime. */
final class EncodedImage {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff};

  private final ImageFormat format;
  private final byte[] elements;

  private EncodedImage(ImageFormat format, byte[] elements) {
    this.format = format;
    this.elements = elements;
  }

  /** Its shape, [height, width, channels], of 1 channel where it is grey and 3 otherwise. */
  ImageFormat format() {
    return format;
  }

  /** Its bytes; not copied. */
  byte[] elements() {
    return elements;
  }

  static boolean isEncoded(byte[] bytes) {
    return startsWith(bytes, PNG) || startsWith(bytes, JPEG);
  }

  private static boolean startsWith(byte[] bytes, byte[] start) {
    for (int i = 0; i < start.length; i++) {
      if (i == bytes.length || bytes[i] != start[i]) {
        return false;
      }
    }
    return true;
  }

  static EncodedImage decode(byte[] bytes) throws MalformedImagesException {
    ImageIO.setUseCache(false);
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(bytes))) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        // The sizes are checked before memory for that many pixels is taken.
        ImageFormat.of(List.of((long) reader.getHeight(0), (long) reader.getWidth(0)), true);
        return of(reader.read(0));
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      // Java's decoders meet damage with whatever exception it leads to.
      throw new MalformedImagesException(
          "holds a PNG or JPEG image that cannot be read: " + e.getMessage());
    }
  }

  private static EncodedImage of(BufferedImage image) throws MalformedImagesException {
    int height = image.getHeight();
    int width = image.getWidth();
    boolean grey =
        image.getType() == BufferedImage.TYPE_BYTE_GRAY
            || image.getType() == BufferedImage.TYPE_USHORT_GRAY;
    int channels = grey ? 1 : 3;
    ImageFormat format =
        ImageFormat.of(List.of((long) height, (long) width, (long) channels), true);
    byte[] elements = new byte[format.elements()];
    Raster raster = image.getRaster();
    int shift = image.getType() == BufferedImage.TYPE_USHORT_GRAY ? 8 : 0;
    int at = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        if (grey) {
          // Not by its colour, which Java would make brighter on the way to sRGB.
          elements[at++] = (byte) (raster.getSample(x, y, 0) >> shift);
        } else {
          int colour = image.getRGB(x, y);
          elements[at++] = (byte) (colour >> 16);
          elements[at++] = (byte) (colour >> 8);
          elements[at++] = (byte) colour;
        }
      }
    }
    return new EncodedImage(format, elements);
  }
}
