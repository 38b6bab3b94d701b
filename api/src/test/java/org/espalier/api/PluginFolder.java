package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.tools.ToolProvider;

/**
 * A plugin as a third party would ship it: compiled apart, with a services file written by hand.
 */
final class PluginFolder {
  private final Path folder;

  PluginFolder(Path folder) {
    this.folder = folder;
  }

  /** Returns the source of an operator {@code acme.name}. */
  static String operator(String name, String annotation, String body) {
    return """
        package acme;
        import org.espalier.api.*;
        %s
        public class %s implements GrowthOperator<%2$s.Options> {
          public record Options(@Default("2") int factor) {}
          %s
          @Override public GrowthPlan plan(GrowthRequest<Options> request) {
            ModelSpec model = request.model();
            return GrowthPlan.from(model)
                .blocks(model.blocks() * request.options().factor(), t -> t %% model.blocks()).build();
          }
        }
        """
        .formatted(annotation, name, body);
  }

  static String annotation(String id) {
    return "@Operator(id = \"%s\", spi = Spi.VERSION, summary = \"Does it\")".formatted(id);
  }

  /** Compiles {@code acme.name} into this folder. */
  PluginFolder compile(String name, String source) throws IOException, URISyntaxException {
    Path api =
        Path.of(GrowthOperator.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path file = Files.createDirectories(folder.resolve("acme")).resolve(name + ".java");
    Files.writeString(file, source);
    List<String> arguments =
        List.of(
            "-proc:none",
            "-cp",
            api + System.getProperty("path.separator") + folder,
            "-d",
            folder.toString(),
            file.toString());
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, arguments.toArray(String[]::new));
    assertThat(status).as("compiling " + name).isZero();
    return this;
  }

  PluginFolder services(String... lines) throws IOException {
    Path file =
        Files.createDirectories(folder.resolve("META-INF/services"))
            .resolve(GrowthOperator.class.getName());
    Files.write(file, Arrays.asList(lines));
    return this;
  }

  void delete(String name) throws IOException {
    Files.delete(folder.resolve("acme/" + name + ".class"));
  }

  static URLClassLoader loader(PluginFolder... plugins) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (PluginFolder plugin : plugins) {
      urls.add(plugin.folder.toUri().toURL());
    }
    return new URLClassLoader(urls.toArray(URL[]::new), OperatorRegistry.class.getClassLoader());
  }
}
