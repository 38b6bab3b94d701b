package org.espalier.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;

/** Opens the jars of a folder. */
final class PluginFolder {
  private PluginFolder() {}

  /**
   * Returns a loader of the jars of {@code folder} above this program's own, or the program's own
   * if {@code folder} is null. It stays open as long as the program runs.
   *
   * @throws EspalierException if there is no such folder or it holds no jar
   */
  static ClassLoader loader(Path folder) {
    ClassLoader own = PluginFolder.class.getClassLoader();
    if (folder == null) {
      return own;
    }
    if (!Files.isDirectory(folder)) {
      throw new EspalierException(
          "--plugins " + folder + " is no folder; name one that holds plugin jars");
    }
    List<Path> jars = jars(folder);
    if (jars.isEmpty()) {
      throw new EspalierException("--plugins " + folder + " holds no file that ends in .jar");
    }
    return new URLClassLoader(
        "plugins", jars.stream().map(PluginFolder::url).toArray(URL[]::new), own);
  }

  private static List<Path> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".jar") && Files.isRegularFile(file))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }
}
