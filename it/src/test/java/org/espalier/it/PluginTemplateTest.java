package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Takes the jar that the template's own build packaged, as its author would. */
@DisplayName("The packaged template of a plugin")
class PluginTemplateTest {
  private static final Path JAR =
      Root.resolve("it/target/template-on-module-path/template/target/example-growth-1.0.0.jar");

  @TempDir private Path directory;

  @Test
  void isListedAndRuns() throws IOException, InterruptedException {
    Path plugins = Files.createDirectory(directory.resolve("plugins"));
    Files.copy(JAR, plugins.resolve(JAR.getFileName()));
    JsonObject operator =
        json("operators", "--plugins", plugins, "--json")
            .getAsJsonArray("operators")
            .asList()
            .stream()
            .map(element -> element.getAsJsonObject())
            .filter(object -> object.get("id").getAsString().equals("example:linger"))
            .findFirst()
            .orElseThrow();
    assertThat(operator.get("version").getAsString()).isEqualTo("1.0.0");
    assertThat(operator.get("location").getAsString()).startsWith(plugins.toString());

    Path model = directory.resolve("model");
    Path grown = directory.resolve("grown");
    json(
        "init",
        "--family",
        "gpt",
        "--blocks",
        2,
        "--residual",
        8,
        "--heads",
        2,
        "--vocabulary",
        40,
        "--positions",
        16,
        "--out",
        model,
        "--json");
    json(
        "grow",
        "example:linger",
        model,
        "--set",
        "times=3",
        "--plugins",
        plugins,
        "--out",
        grown,
        "--json");
    assertThat(json("inspect", grown, "--json").get("blocks").getAsInt()).isEqualTo(6);
  }

  @Test
  void buildsAgainstThisVersion() throws IOException {
    String version = pomValue(Root.resolve("pom.xml"), "version");
    assertThat(pomValue(Root.resolve("plugins/template/pom.xml"), "espalier.version"))
        .isEqualTo(version);
  }

  private static String pomValue(Path pom, String element) throws IOException {
    return Files.readString(pom)
        .replaceFirst("(?s).*?<" + element + ">", "")
        .replaceFirst("(?s)</" + element + ">.*", "");
  }

  private static JsonObject json(Object... arguments) throws IOException, InterruptedException {
    Launched launched = Launched.espalier(arguments);
    assertThat(launched.exit()).as(launched.err()).isZero();
    return JsonParser.parseString(launched.out()).getAsJsonObject();
  }
}
