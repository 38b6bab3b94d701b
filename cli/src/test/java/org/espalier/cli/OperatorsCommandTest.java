package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.espalier.api.GrowthOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorsCommandTest {
  @TempDir private Path directory;

  @Test
  void listsWhatIsOnTheClassPath() {
    Cli cli = Cli.run("operators");
    assertThat(cli.exit()).isZero();
    assertThat(cli.err()).isEmpty();
    assertThat(cli.out().lines().skip(1).map(line -> line.substring(0, line.indexOf(' '))))
        .contains("stack", "copy-top");
  }

  @Test
  void tellsProgramsEverything() {
    Cli cli = Cli.run("operators", "--json");
    JsonObject stack =
        cli.json().getAsJsonArray("operators").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .filter(operator -> operator.get("id").getAsString().equals("stack"))
            .findFirst()
            .orElseThrow();
    assertThat(stack.keySet())
        .containsExactly(
            "id", "version", "spi", "claims", "summary", "class", "location", "options");
    assertThat(stack.getAsJsonArray("options").get(0).getAsJsonObject().keySet())
        .containsExactly("name", "type", "default", "required");
    assertThat(cli.json().getAsJsonArray("problems")).isEmpty();
  }

  @Test
  void saysWhyAPluginIsNotLoadedAndShowsTheOthers() throws IOException {
    Path jar = directory.resolve("broken.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      entries.putNextEntry(new JarEntry("META-INF/services/" + GrowthOperator.class.getName()));
      entries.write("acme.Missing\n".getBytes(StandardCharsets.UTF_8));
    }
    Cli cli = Cli.run("operators", "--plugins", directory);
    assertThat(cli.exit()).isZero();
    assertThat(cli.out()).contains("stack", "Not loaded:", "acme.Missing");
    Cli json = Cli.run("operators", "--json", "--plugins", directory);
    assertThat(json.json().getAsJsonArray("problems").get(0).getAsJsonObject().keySet())
        .containsExactly("subject", "reason", "location");
  }

  @Test
  void refusesAPluginFolderWithoutPlugins() throws IOException {
    Path none = directory.resolve("none");
    Path empty = Files.createDirectory(directory.resolve("empty"));
    for (Path folder : List.of(none, empty)) {
      Cli cli = Cli.run("operators", "--plugins", folder);
      assertThat(cli.exit()).isEqualTo(1);
      assertThat(cli.err()).startsWith("espalier: --plugins " + folder).hasLineCount(1);
    }
  }
}
