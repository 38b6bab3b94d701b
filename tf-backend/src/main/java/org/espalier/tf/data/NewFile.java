package org.espalier.tf.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.espalier.api.EspalierException;

/** Writes a file that is not there yet: to a temporary sibling, synced, then renamed. */
final class NewFile {
  /** Fills an empty file and returns what is to be said of it. */
  interface Content<T> {
    T write(FileChannel channel) throws IOException;
  }

  private NewFile() {}

  /**
   * Writes a file.
   *
   * @param what it holds, for messages
   * @throws EspalierException if it exists or cannot be written; nothing is left behind
   */
  static <T> T write(Path out, String what, Content<T> content) {
    if (Files.exists(out)) {
      throw new EspalierException(
          "cannot write %s to %s: it exists; remove it or name another file".formatted(what, out));
    }
    Path parent = out.toAbsolutePath().getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      throw new EspalierException(
          "cannot write %s to %s: directory %s does not exist".formatted(what, out, parent));
    }
    // Not one of Files.createTempFile, which only its owner may read, even when renamed.
    Path temporary =
        parent.resolve(
            ".%s.%s.part".formatted(out.getFileName(), Long.toHexString(System.nanoTime())));
    try {
      T result;
      try (FileChannel channel =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        result = content.write(channel);
        channel.force(true);
      }
      rename(temporary, out);
      return result;
    } catch (UncheckedIOException e) {
      throw failed(what, out, e.getCause());
    } catch (IOException e) {
      throw failed(what, out, e);
    } finally {
      deleteQuietly(temporary);
    }
  }

  private static EspalierException failed(String what, Path out, IOException cause) {
    return new EspalierException(
        "cannot write %s to %s: %s; nothing was written".formatted(what, out, cause.getMessage()),
        cause);
  }

  private static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The error on its way to the user says more; a hidden .part file may stay behind.
    }
  }
}
