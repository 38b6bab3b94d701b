package org.espalier.tf.data;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.espalier.api.EspalierException;

/**
 * What a store keeps in a file, read by position. Safe for any number of threads.
 *
 * @param what the content, for messages, such as "the images of a.npz"
 */
record StoredBytes(String what, FileChannel channel) implements Closeable {

  /**
   * Creates a temporary file that is gone when it is closed or the process ends.
   *
   * @param kind what it is to hold, for messages and the end of its name
   * @throws EspalierException if the directory of temporary files refuses
   */
  static FileChannel temporary(String kind) {
    try {
      return FileChannel.open(
          Files.createTempFile("espalier-", "." + kind),
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          StandardOpenOption.DELETE_ON_CLOSE);
    } catch (IOException e) {
      throw cannotKeep(kind, e);
    }
  }

  /** Appends all that remains in {@code bytes} to a temporary file of {@code kind}. */
  static void append(FileChannel channel, ByteBuffer bytes, String kind) {
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw cannotKeep(kind, e);
    }
  }

  /** The disk of temporary files is full, or gone. */
  private static EspalierException cannotKeep(String kind, IOException cause) {
    return new EspalierException(
        "cannot keep %s in directory %s: %s"
            .formatted(kind, System.getProperty("java.io.tmpdir"), cause.getMessage()),
        cause);
  }

  /**
   * Fills {@code target}, which is empty, with the bytes from {@code position} on and flips it.
   *
   * @throws EspalierException when they cannot be read any more
   */
  void read(long position, ByteBuffer target) {
    try {
      while (target.hasRemaining()) {
        if (channel.read(target, position + target.position()) < 0) {
          throw new EspalierException("cannot read " + what + ": it was cut short while in use");
        }
      }
    } catch (IOException e) {
      throw new EspalierException("cannot read " + what + ": " + e.getMessage(), e);
    }
    target.flip();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
