package org.espalier.tf.data;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.primitives.ImmutableIntArray;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;

/** Writes images of one format behind each other, and keeps their labels. */
final class ImageWriter {
  /** What a temporary file of them holds. */
  static final String KIND = "images";

  private final FileChannel channel;
  private final Hasher hasher = Hashing.sha256().newHasher();
  private final ImmutableIntArray.Builder labels = ImmutableIntArray.builder();
  private ImageFormat format;

  ImageWriter(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Adds an image.
   *
   * @param elements bytes, or float32 in little-endian order, as {@code format} says
   * @param label its class, counted from 0
   * @throws MalformedImagesException when it differs from those before, or the label is negative
   */
  void add(ImageFormat format, ByteBuffer elements, long label) throws MalformedImagesException {
    if (this.format == null) {
      this.format = format;
      hasher.putString(format.toString(), StandardCharsets.UTF_8);
    } else if (!format.equals(this.format)) {
      throw new MalformedImagesException(
          "holds an image of %s after others of %s: bring all to one size first"
              .formatted(format, this.format));
    }
    if (label < 0 || label >= Integer.MAX_VALUE) {
      throw new MalformedImagesException(
          "holds the label %d: labels are classes, counted from 0".formatted(label));
    }
    labels.add((int) label);
    hasher.putLong(label).putBytes(elements.duplicate());
    StoredBytes.append(channel, elements, KIND);
  }

  /** Returns what was written, to be read from the same channel. */
  ImageStore finish(String name) throws MalformedImagesException {
    if (format == null) {
      throw new MalformedImagesException("holds no image: name a file that has some");
    }
    return new ImageStore(name, channel, format, labels.build(), hasher.hash().toString());
  }
}
