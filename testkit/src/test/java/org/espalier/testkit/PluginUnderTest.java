package org.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.ToolProvider;
import org.espalier.api.GrowthOperator;

/** A plugin that is compiled and laid out by hand: its classes, services file and module-info. */
final class PluginUnderTest implements AutoCloseable {
  private static final String OPERATOR =
      """
      package acme;
      import org.espalier.api.*;
      @Operator(id = "acme:op", spi = Spi.VERSION, summary = "Keep")
      public final class Op implements GrowthOperator<Op.Options> {
        public record Options() {}
        @Override public GrowthPlan plan(GrowthRequest<Options> request) {
          return GrowthPlan.from(request.model()).build();
        }
      }
      """;

  private final URLClassLoader loader;

  /**
   * Creates the plugin.
   *
   * @param work an empty folder
   * @param directives of the module, beside what it requires
   */
  PluginUnderTest(Path work, String directives) throws IOException, URISyntaxException {
    Path classes = Files.createDirectory(work.resolve("classes"));
    Path api =
        Path.of(GrowthOperator.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    compile(
        "-cp", api.toString(), "-d", classes.toString(), write(work, "src/acme/Op.java", OPERATOR));
    write(classes, "META-INF/services/" + GrowthOperator.class.getName(), "acme.Op\n");
    Files.copy(descriptor(work, directives), classes.resolve("module-info.class"));
    loader =
        new URLClassLoader(
            new URL[] {classes.toUri().toURL()}, GrowthOperator.class.getClassLoader());
  }

  /** Compiles the module against a stub of the API, which needs no other modules. */
  private static Path descriptor(Path work, String directives) throws IOException {
    Path modules = work.resolve("modules");
    List<String> sources = new ArrayList<>();
    sources.add(
        write(
            modules,
            "org.espalier.api/module-info.java",
            "module org.espalier.api { exports org.espalier.api; }"));
    sources.add(
        write(
            modules,
            "org.espalier.api/org/espalier/api/GrowthOperator.java",
            "package org.espalier.api; public interface GrowthOperator {}"));
    sources.add(
        write(
            modules,
            "acme/module-info.java",
            "module acme { requires org.espalier.api; " + directives + " }"));
    for (String name : List.of("Op", "Other")) {
      sources.add(
          write(
              modules,
              "acme/acme/" + name + ".java",
              "package acme; public class %s implements org.espalier.api.GrowthOperator {}"
                  .formatted(name)));
    }
    Path out = Files.createDirectory(work.resolve("stub"));
    List<String> arguments =
        new ArrayList<>(List.of("--module-source-path", modules.toString(), "-d", out.toString()));
    arguments.addAll(sources);
    compile(arguments.toArray(String[]::new));
    return out.resolve("acme/module-info.class");
  }

  private static void compile(String... arguments) {
    List<String> all = new ArrayList<>(List.of("-proc:none"));
    all.addAll(List.of(arguments));
    int status =
        ToolProvider.getSystemJavaCompiler().run(null, null, null, all.toArray(String[]::new));
    assertThat(status).isZero();
  }

  private static String write(Path root, String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    return file.toString();
  }

  GrowthOperator<?> operator() {
    try {
      return (GrowthOperator<?>) loader.loadClass("acme.Op").getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("acme.Op cannot be created", e);
    }
  }

  @Override
  public void close() throws IOException {
    loader.close();
  }
}
