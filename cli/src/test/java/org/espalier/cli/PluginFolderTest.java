package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.espalier.api.GrowthOperator;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.PluginProblem;
import org.espalier.api.RegisteredOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFolderTest {
  /** The helper is the same class in every plugin, of another version. */
  private static final String SOURCE =
      """
      package acme;
      import org.espalier.api.*;
      @Operator(id = "%s", spi = Spi.VERSION, summary = "Keep")
      public final class Op implements GrowthOperator<Op.Options> {
        public record Options(int times) {}
        @Override public GrowthPlan plan(GrowthRequest<Options> request) {
          throw new EspalierException(Helper.NAME.toString());
        }
      }
      class Helper {
        static final StringBuilder NAME = new StringBuilder("%1$s");
      }
      """;

  @TempDir private Path directory;

  @Test
  void eachJarHasItsOwnClasses() throws Exception {
    plugin(directory.resolve("one.jar"), "acme:one");
    plugin(Files.createDirectory(directory.resolve("folder")).resolve("two.jar"), "acme:two");
    OperatorRegistry registry = PluginFolder.operators(directory);
    assertThat(registry.problems()).isEmpty();
    assertThat(registry.operators())
        .extracting(RegisteredOperator::id)
        .contains("acme:one", "acme:two", "stack");
    assertThat(registry.find("acme:two").location()).endsWith("two.jar");
  }

  @Test
  void saysWhatIsNoPlugin() throws Exception {
    plugin(directory.resolve("one.jar"), "acme:one");
    Files.writeString(directory.resolve("broken.jar"), "this is no jar");
    jar(directory.resolve("library.jar"), "readme.txt", "nothing".getBytes(StandardCharsets.UTF_8));
    OperatorRegistry registry = PluginFolder.operators(directory);
    assertThat(registry.problems())
        .extracting(PluginProblem::subject)
        .containsExactlyInAnyOrder("broken.jar", "library.jar");
    assertThat(registry.problems())
        .extracting(PluginProblem::reason)
        .anyMatch(reason -> reason.startsWith("cannot be read"))
        .anyMatch(reason -> reason.startsWith("registers no operator"));
    assertThat(registry.operators()).extracting(RegisteredOperator::id).contains("acme:one");
  }

  private static void plugin(Path jar, String id) throws IOException, URISyntaxException {
    Path work = Files.createTempDirectory("plugin");
    Path source = Files.writeString(work.resolve("Op.java"), SOURCE.formatted(id));
    Path api =
        Path.of(GrowthOperator.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-cp",
                api.toString(),
                "-d",
                work.toString(),
                source.toString());
    assertThat(status).isZero();
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      for (String name :
          new String[] {"acme/Op.class", "acme/Op$Options.class", "acme/Helper.class"}) {
        entries.putNextEntry(new JarEntry(name));
        entries.write(Files.readAllBytes(work.resolve(name)));
      }
      entries.putNextEntry(new JarEntry("META-INF/services/" + GrowthOperator.class.getName()));
      entries.write("acme.Op\n".getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void jar(Path jar, String name, byte[] content) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      entries.putNextEntry(new JarEntry(name));
      entries.write(content);
    }
  }
}
