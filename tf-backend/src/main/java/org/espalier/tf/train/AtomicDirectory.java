package org.espalier.tf.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;

/** Writes folders and files so that a crash leaves either nothing or the whole. */
final class AtomicDirectory {
  private static final String TEMPORARY = ".tmp-";

  /** Fills a folder. */
  interface Content {
    void write(Path folder) throws IOException;
  }

  private AtomicDirectory() {}

  /**
   * Creates {@code target}: filled beside its place, forced to the disk, then renamed.
   *
   * @throws EspalierException if it exists or writing fails; nothing is left behind
   */
  static void write(Path target, Content content) {
    Path parent = target.toAbsolutePath().getParent();
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new EspalierException(target + " exists already and is not overwritten");
    }
    Path staging = null;
    try {
      Files.createDirectories(parent);
      staging = Files.createDirectory(parent.resolve(temporaryName(target)));
      content.write(staging);
      force(staging);
      Files.move(staging, target, StandardCopyOption.ATOMIC_MOVE);
      staging = null;
      forceFile(parent);
    } catch (IOException e) {
      throw new EspalierException("Cannot write " + target + ": " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new EspalierException("Cannot write " + target + ": " + e.getCause().getMessage(), e);
    } finally {
      if (staging != null) {
        delete(staging);
      }
    }
  }

  /** Replaces the content of a file at once. */
  static void writeFile(Path target, String text) {
    Path temporary = target.resolveSibling(temporaryName(target));
    try {
      Files.writeString(temporary, text);
      forceFile(temporary);
      Files.move(
          temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      forceFile(target.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new EspalierException("Cannot write " + target + ": " + e.getMessage(), e);
    }
  }

  /** Moves a finished folder to its place. */
  static void move(Path from, Path to) {
    try {
      Files.createDirectories(to.toAbsolutePath().getParent());
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
      forceFile(to.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new EspalierException("Cannot write " + to + ": " + e.getMessage(), e);
    }
  }

  /** Removes what a crash left unfinished directly in {@code folder}. */
  static void removeUnfinished(Path folder) {
    for (Path child : children(folder)) {
      String name = child.getFileName().toString();
      if (name.startsWith(".") && name.contains(TEMPORARY)) {
        delete(child);
      }
    }
  }

  /** The entries of a folder, sorted; none if it is missing. */
  static List<Path> children(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.sorted().toList();
    } catch (IOException e) {
      throw new EspalierException("Cannot read " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Removes a file or a folder with all it holds; links are removed, not followed. */
  static void delete(Path path) {
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> files = Files.walk(path)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new EspalierException("Cannot remove " + path + ": " + e.getMessage(), e);
    }
  }

  private static String temporaryName(Path target) {
    return "." + target.getFileName() + TEMPORARY + Long.toHexString(System.nanoTime());
  }

  private static void force(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        forceFile(file);
      }
    }
  }

  private static void forceFile(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot open a folder; its rename is durable without.
      if (!Files.isDirectory(file)) {
        throw e;
      }
    }
  }
}
