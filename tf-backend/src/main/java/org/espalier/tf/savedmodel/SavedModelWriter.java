package org.espalier.tf.savedmodel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.SavedModel;

/**
 * Writes a SavedModel directory so that a crash leaves either nothing or the whole model.
 *
 * <p>All files go to a temporary sibling, are synced, and the folder is renamed. {@code
 * saved_model.pb} comes after the variables it needs.
 */
public final class SavedModelWriter {
  /** Writes what is not in {@code saved_model.pb}. */
  @FunctionalInterface
  public interface Content {
    /**
     * Fills the folder that will become the model; its {@code variables} folder exists.
     *
     * @throws IOException when writing fails
     */
    void write(Path staging) throws IOException;
  }

  /**
   * Writes what is not in {@code saved_model.pb}, and then knows what is.
   *
   * <p>Closed when the folder is complete, or before it is removed after a failure.
   */
  @FunctionalInterface
  public interface Whole extends AutoCloseable {
    /**
     * Fills the folder that will become the model; its {@code variables} folder exists.
     *
     * @return the content of {@code saved_model.pb}
     * @throws IOException when writing fails
     */
    GraphFile write(Path staging) throws IOException;

    /**
     * Adds what can only be written once {@code saved_model.pb} is there.
     *
     * @throws IOException when writing fails
     */
    default void complete(Path staging) throws IOException {}

    /** Ends what still writes into the folder. */
    @Override
    default void close() {}
  }

  private static final Path WARMUP = Path.of("assets.extra", "tf_serving_warmup_requests");
  private static final Path LINEAGE = Path.of("assets.extra", "espalier");

  private SavedModelWriter() {}

  /**
   * Refuses a target that exists, has no parent folder, or lies inside {@code source}.
   *
   * @param source the model that is read, or null when there is none
   */
  public static void checkTarget(Path source, Path target) {
    Path absolute = target.toAbsolutePath().normalize();
    if (Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw new EspalierException(target + " exists already; choose another name or remove it");
    }
    Path parent = absolute.getParent();
    while (parent != null && !Files.exists(parent)) {
      parent = parent.getParent();
    }
    if (parent == null || !Files.isDirectory(parent)) {
      throw new EspalierException("Cannot create " + target + ": " + parent + " is no directory");
    }
    if (source != null && isInside(parent, source)) {
      throw new EspalierException(
          target
              + " lies inside the model it is made from, "
              + source
              + "; choose a place outside");
    }
  }

  /**
   * Writes a model.
   *
   * @param source the model that its assets come from, or null when it has none
   * @param target the folder to create
   * @param model the content of {@code saved_model.pb}
   * @param content writes the variables and anything else
   * @throws EspalierException when the target is refused or writing fails; nothing is left behind
   */
  public static void write(
      SavedModelDirectory source, Path target, SavedModel model, Content content) {
    write(
        source == null ? null : source.path(),
        target,
        staging -> {
          content.write(staging);
          if (source == null) {
            return GraphFile.built(model, true);
          }
          return source.proto().equals(model)
              ? GraphFile.copied(source.path())
              : GraphFile.replacing(source, model);
        });
  }

  /**
   * Writes a model whose {@code saved_model.pb} is made while its variables are written.
   *
   * @param source the model that its assets come from, or null when it has none
   * @param target the folder to create
   * @param whole writes the variables and makes the rest
   * @throws EspalierException when the target is refused or writing fails; nothing is left behind
   */
  public static void write(Path source, Path target, Whole whole) {
    checkTarget(source, target);
    Path absolute = target.toAbsolutePath().normalize();
    Path staging = null;
    try {
      Files.createDirectories(absolute.getParent());
      staging =
          Files.createTempDirectory(absolute.getParent(), "." + absolute.getFileName() + ".tmp-");
      Files.createDirectory(staging.resolve("variables"));
      GraphFile graph = whole.write(staging);
      if (source != null) {
        copyAssets(source, graph.sameSignatures(), staging);
      }
      Files.createDirectories(staging.resolve("assets"));
      graph.write(staging.resolve(SavedModelDirectory.GRAPH));
      whole.complete(staging);
      sync(staging);
      makeReadable(staging);
      Files.move(staging, absolute, StandardCopyOption.ATOMIC_MOVE);
      staging = null;
      syncFile(absolute.getParent());
    } catch (IOException e) {
      throw new EspalierException("Cannot write " + target + ": " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new EspalierException("Cannot write " + target + ": " + e.getCause().getMessage(), e);
    } finally {
      try {
        whole.close();
      } finally {
        delete(staging);
      }
    }
  }

  private static void copyAssets(Path source, boolean sameSignatures, Path staging)
      throws IOException {
    for (String folder : List.of("assets", "assets.extra")) {
      Path from = source.resolve(folder);
      if (!Files.isDirectory(from)) {
        continue;
      }
      try (Stream<Path> files = Files.walk(from, FileVisitOption.FOLLOW_LINKS)) {
        for (Path file : (Iterable<Path>) files::iterator) {
          Path relative = source.relativize(file);
          boolean stale =
              relative.startsWith(LINEAGE) || (!sameSignatures && relative.equals(WARMUP));
          if (!stale && Files.isRegularFile(file)) {
            Path to = staging.resolve(relative.toString());
            Files.createDirectories(to.getParent());
            Files.copy(file, to);
          }
        }
      }
    }
  }

  private static boolean isInside(Path folder, Path source) {
    try {
      return folder.toRealPath().startsWith(source.toRealPath());
    } catch (IOException e) {
      throw new EspalierException("Cannot resolve " + source + ": " + e.getMessage(), e);
    }
  }

  /** createTempDirectory makes a folder for its owner alone; a model is for others too. */
  private static void makeReadable(Path staging) throws IOException {
    if (staging.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(
          staging, Files.getPosixFilePermissions(staging.resolve("variables")));
    }
  }

  private static void sync(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        syncFile(file);
      }
    }
  }

  private static void syncFile(Path file) throws IOException {
    Set<StandardOpenOption> options = Set.of(StandardOpenOption.READ);
    try (FileChannel channel = FileChannel.open(file, options)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows cannot open a folder; its rename is durable without.
      if (!Files.isDirectory(file)) {
        throw e;
      }
    }
  }

  private static void delete(Path staging) {
    if (staging == null) {
      return;
    }
    try (Stream<Path> files = Files.walk(staging)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new EspalierException(
          "Cannot remove the unfinished " + staging + ": " + e.getMessage(), e);
    }
  }
}
