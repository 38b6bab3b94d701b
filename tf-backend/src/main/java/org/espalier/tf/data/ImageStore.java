package org.espalier.tf.data;

import com.google.common.primitives.ImmutableIntArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.espalier.api.EspalierException;

/**
 * Labelled images of one size, read by number.
 *
 * <p>Everything is read and checked once when the store is opened, and kept in a temporary file
 * that is gone when the store is closed or the process ends; labels are in memory. Safe for any
 * number of threads; interrupting a thread inside a read closes the store. The caller closes it.
 */
public final class ImageStore implements Corpus {
  /** Bytes become numbers from -1 to 1, as vision transformers take them. */
  private static final float HALF_RANGE = 127.5f;

  private final String name;
  private final StoredBytes bytes;
  private final ImageFormat format;
  private final ImmutableIntArray labels;
  private final String fingerprint;
  private final int classes;

  ImageStore(
      String name,
      FileChannel channel,
      ImageFormat format,
      ImmutableIntArray labels,
      String fingerprint) {
    this.name = name;
    this.bytes = new StoredBytes("the images of " + name, channel);
    this.format = format;
    this.labels = labels;
    this.fingerprint = fingerprint;
    this.classes = 1 + labels.stream().max().orElse(-1);
  }

  /**
   * The images of files, in order.
   *
   * <p>A file is NumPy's {@code .npz} with the arrays {@code images}, [images, height, width,
   * channels], [images, channels, height, width] or [images, height, width], of uint8, float32 or
   * float64, and {@code labels}, [images], of integers. Or it is a TFRecord file of {@code
   * tf.Example}: PNG, JPEG or raw bytes or floats as {@code image/encoded}, {@code image} or {@code
   * image_raw}, the class as {@code image/class/label} or {@code label}, and for raw ones the sizes
   * as {@code shape}, or {@code height}, {@code width} and {@code depth}. Bytes b are read as b /
   * 127.5 - 1, floats as they are.
   *
   * @throws EspalierException when a file is missing, damaged or holds something else, or sizes
   *     differ
   */
  public static ImageStore of(List<Path> files) {
    return ImageFiles.read(files);
  }

  /** The number of images. */
  public long size() {
    return labels.length();
  }

  /** Shape of an image as stored, of three axes. */
  public List<Integer> shape() {
    return format.shape();
  }

  /** One more than the largest label. */
  public int classes() {
    return classes;
  }

  /** SHA-256, in hexadecimal, of all images and labels. */
  @Override
  public String fingerprint() {
    return fingerprint;
  }

  /** The class of an image, counted from 0. */
  public int label(long image) {
    return labels.get(Math.toIntExact(image));
  }

  /**
   * Holds out some images, which a fixed shuffle chooses, as files are often sorted by class.
   *
   * @throws EspalierException when the fraction is not strictly between 0 and 1, or a part is empty
   */
  @Override
  public ImageSplit split(double heldOutFraction) {
    return ImageSplit.of(this, heldOutFraction);
  }

  /**
   * Reads an image into {@code target} from {@code offset} on.
   *
   * @throws IndexOutOfBoundsException when there is no such image, or no room for it
   * @throws EspalierException when the temporary file cannot be read any more
   */
  public void read(long image, float[] target, int offset) {
    Objects.checkIndex(image, size());
    int elements = format.elements();
    Objects.checkFromIndexSize(offset, elements, target.length);
    ByteBuffer stored = ByteBuffer.allocate(format.byteSize()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.read(image * format.byteSize(), stored);
    if (format.bytes()) {
      for (int i = 0; i < elements; i++) {
        target[offset + i] = (stored.get() & 0xff) / HALF_RANGE - 1;
      }
    } else {
      stored.asFloatBuffer().get(target, offset, elements);
    }
  }

  /** Where the images come from, for messages. */
  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    bytes.close();
  }
}
