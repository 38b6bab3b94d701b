package org.espalier.tf.data;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/** Reads the arrays {@code images} and {@code labels} of a {@code .npz} file. */
final class NpzImages {
  private static final String IMAGES = "images";
  private static final String LABELS = "labels";
  private static final Map<String, Integer> IMAGE_TYPES = Map.of("|u1", 1, "<f4", 4, "<f8", 8);
  private static final Map<String, Integer> LABEL_TYPES =
      Map.of("|u1", 1, "|i1", 1, "<u2", 2, "<i2", 2, "<i4", 4, "<u4", 4, "<i8", 8, "<u8", 8);

  private NpzImages() {}

  static void read(Path file, ImageWriter writer) throws IOException, MalformedImagesException {
    try (ZipFile zip = new ZipFile(file.toFile());
        InputStream images = open(zip, IMAGES);
        InputStream labels = open(zip, LABELS)) {
      NpyHeader image = NpyHeader.read(IMAGES, images);
      NpyHeader label = NpyHeader.read(LABELS, labels);
      int imageBytes = bytes(IMAGES, image, IMAGE_TYPES);
      int labelBytes = bytes(LABELS, label, LABEL_TYPES);
      if (image.shape().isEmpty() || !label.shape().equals(image.shape().subList(0, 1))) {
        throw new MalformedImagesException(
            "holds images of shape %s and labels of shape %s: needed is one label for each image"
                .formatted(image.shape(), label.shape()));
      }
      List<Long> shape = image.shape().subList(1, image.shape().size());
      ImageFormat format = ImageFormat.of(shape, imageBytes == 1);
      for (long i = 0; i < image.shape().get(0); i++) {
        byte[] elements =
            exactly(IMAGES, images, Math.multiplyExact(format.elements(), imageBytes));
        byte[] number = exactly(LABELS, labels, labelBytes);
        writer.add(
            format,
            imageBytes == 8 ? narrowed(elements) : wrap(elements),
            whole(number, label.type().contains("i")));
      }
    } catch (ZipException e) {
      throw new MalformedImagesException("is a damaged .npz file: " + e.getMessage());
    }
  }

  private static InputStream open(ZipFile zip, String name)
      throws IOException, MalformedImagesException {
    ZipEntry entry = zip.getEntry(name + ".npy");
    if (entry == null) {
      List<String> there =
          zip.stream().map(e -> e.getName().replaceFirst("\\.npy$", "")).limit(10).toList();
      throw new MalformedImagesException(
          "has no array '%s', but %s: save it with numpy.savez(FILE, images=…, labels=…)"
              .formatted(name, there));
    }
    return new BufferedInputStream(zip.getInputStream(entry));
  }

  private static int bytes(String name, NpyHeader header, Map<String, Integer> types)
      throws MalformedImagesException {
    Integer bytes = types.get(header.type());
    if (bytes == null) {
      throw new MalformedImagesException(
          "holds the array '%s' of type %s: allowed are %s"
              .formatted(name, header.type(), types.keySet().stream().sorted().toList()));
    }
    return bytes;
  }

  private static byte[] exactly(String name, InputStream in, int count)
      throws IOException, MalformedImagesException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new MalformedImagesException(
          "is cut short: the array '%s' ends before its last element".formatted(name));
    }
    return bytes;
  }

  private static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer narrowed(byte[] doubles) {
    ByteBuffer from = wrap(doubles);
    ByteBuffer to = wrap(new byte[doubles.length / 2]);
    while (from.hasRemaining()) {
      to.putFloat((float) from.getDouble());
    }
    return to.flip();
  }

  /** An integer in little-endian order; unsigned ones that are too large come out negative. */
  private static long whole(byte[] bytes, boolean signed) {
    int last = bytes[bytes.length - 1];
    long value = signed ? last : last & 0xff;
    for (int i = bytes.length - 2; i >= 0; i--) {
      value = value << 8 | (bytes[i] & 0xff);
    }
    return value;
  }
}
