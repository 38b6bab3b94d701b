package org.espalier.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthOperator;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.PluginProblem;
import org.espalier.api.TensorKernel;

/**
 * Opens the plugins of a folder: each jar in it, and each folder of jars in it, has a class loader
 * of its own, so that plugins do not disturb each other.
 */
final class PluginFolder {
  private static final List<String> REGISTRATIONS =
      List.of(
          "META-INF/services/" + GrowthOperator.class.getName(),
          "META-INF/services/" + TensorKernel.class.getName(),
          "META-INF/espalier/layouts");

  private PluginFolder() {}

  /**
   * Returns the operators on the class path and those of {@code folder}, unless it is null. Its
   * loaders stay open as long as the program runs.
   *
   * @throws EspalierException if there is no such folder or it holds no jar
   */
  static OperatorRegistry operators(Path folder) {
    ClassLoader own = PluginFolder.class.getClassLoader();
    if (folder == null) {
      return OwnOperators.get();
    }
    if (!Files.isDirectory(folder)) {
      throw new EspalierException(
          "--plugins " + folder + " is no folder; name one that holds plugin jars");
    }
    List<List<Path>> plugins = plugins(folder);
    if (plugins.isEmpty()) {
      throw new EspalierException("--plugins " + folder + " holds no file that ends in .jar");
    }
    List<ClassLoader> loaders = new ArrayList<>(List.of(own));
    List<PluginProblem> problems = new ArrayList<>();
    for (List<Path> jars : plugins) {
      if (registersSomething(jars, problems)) {
        loaders.add(new PluginLoader(jars.stream().map(PluginFolder::url).toList(), own));
      }
    }
    return OperatorRegistry.discover(loaders).withProblems(problems);
  }

  /** Returns the jars of each plugin. */
  private static List<List<Path>> plugins(Path folder) {
    List<List<Path>> plugins = new ArrayList<>();
    for (Path jar : jars(folder)) {
      plugins.add(List.of(jar));
    }
    for (Path entry : entries(folder)) {
      if (Files.isDirectory(entry) && !jars(entry).isEmpty()) {
        plugins.add(jars(entry));
      }
    }
    return plugins;
  }

  private static List<Path> jars(Path folder) {
    return entries(folder).stream()
        .filter(file -> file.toString().endsWith(".jar") && Files.isRegularFile(file))
        .toList();
  }

  private static List<Path> entries(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean registersSomething(List<Path> jars, List<PluginProblem> problems) {
    boolean registers = false;
    List<PluginProblem> found = new ArrayList<>();
    for (Path jar : jars) {
      try (JarFile file = new JarFile(jar.toFile())) {
        registers |= REGISTRATIONS.stream().anyMatch(entry -> file.getEntry(entry) != null);
      } catch (IOException e) {
        found.add(problem(jar, "cannot be read: " + e.getMessage()));
      }
    }
    if (!registers && found.isEmpty()) {
      found.add(
          problem(
              jars.get(0),
              "registers no operator and no layout; put a plugin that needs other jars into a folder of its own,"
                  + " with them"));
    }
    problems.addAll(found);
    return registers;
  }

  private static PluginProblem problem(Path jar, String reason) {
    return new PluginProblem(jar.getFileName().toString(), reason, jar.toString());
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new UncheckedIOException(e);
    }
  }
}
