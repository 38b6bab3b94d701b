package org.espalier.tf.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.espalier.api.EspalierException;

/** Reads files of labelled images, with the errors that a user's paths can cause. */
final class ImageFiles {
  /** What a ZIP file begins with, and so {@code .npz}. */
  private static final byte[] ZIP = {'P', 'K', 3, 4};

  private ImageFiles() {}

  static ImageStore read(List<Path> files) {
    if (files.isEmpty()) {
      throw new EspalierException(
          "no images were named: name a .npz file of the arrays images and labels, or a TFRecord file");
    }
    files.forEach(ImageFiles::checkReadable);
    FileChannel channel = null;
    try {
      channel = StoredBytes.temporary(ImageWriter.KIND);
      ImageWriter writer = new ImageWriter(channel);
      Path last = files.get(files.size() - 1);
      for (Path file : files) {
        add(file, writer);
      }
      ImageStore store =
          finish(
              writer,
              last,
              files.size() == 1 ? last.toString() : files.size() + " files of images");
      channel = null;
      return store;
    } finally {
      TextFiles.closeQuietly(channel);
    }
  }

  private static void checkReadable(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new EspalierException(
          "there is no file %s: name a .npz file of the arrays images and labels, or a TFRecord file"
              .formatted(file));
    }
  }

  private static void add(Path file, ImageWriter writer) {
    try {
      if (isZip(file)) {
        NpzImages.read(file, writer);
      } else {
        TfRecordImages.read(file, writer);
      }
    } catch (MalformedImagesException e) {
      throw new EspalierException(file + " " + e.getMessage(), e);
    } catch (MalformedRecordsException e) {
      throw new EspalierException(
          "%s %s; name a whole one, or a .npz file of the arrays images and labels"
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw TextFiles.unreadable(file, e);
    }
  }

  private static boolean isZip(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return Arrays.equals(in.readNBytes(ZIP.length), ZIP);
    }
  }

  private static ImageStore finish(ImageWriter writer, Path last, String name) {
    try {
      return writer.finish(name);
    } catch (MalformedImagesException e) {
      throw new EspalierException(last + " " + e.getMessage(), e);
    }
  }
}
