package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The launcher of a checkout")
class LauncherTest {
  @TempDir private Path checkout;

  /** A checkout that was built: without sources nothing is newer than what was. */
  @BeforeEach
  void build() throws IOException {
    Files.copy(Root.resolve("espalier"), checkout.resolve("espalier"));
    Files.createFile(checkout.resolve("pom.xml"));
    for (String module : List.of("api", "operators", "plugins", "tf-backend")) {
      Files.createDirectory(checkout.resolve(module));
    }
    Path app = Files.createDirectories(checkout.resolve("cli/target/app"));
    Files.createSymbolicLink(app.resolve("lib"), Root.resolve("cli/target/app/lib"));
    Files.createFile(app.resolve("built-with"));
  }

  @Test
  void keepsResultsAndErrorsApart() throws Exception {
    Launched operators = Launched.script(checkout.resolve("espalier"), "operators", "--json");
    assertThat(operators.exit()).isZero();
    assertThat(operators.err()).isEmpty();
    assertThat(operators.out()).startsWith("{").contains("\"stack\"");

    Path nowhere = checkout.resolve("nowhere");
    Launched refused = Launched.script(checkout.resolve("espalier"), "inspect", nowhere);
    assertThat(refused.exit()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err())
        .isEqualToNormalizingNewlines("espalier: No such directory: " + nowhere + "\n");
  }

  @Test
  void makesAnArchiveOfClassesForTheJavaAtHand() throws Exception {
    Launched.script(checkout.resolve("espalier"), "--version");
    try (Stream<Path> app = Files.list(checkout.resolve("cli/target/app"))) {
      assertThat(app.filter(file -> file.toString().endsWith(".jsa")))
          .singleElement()
          .satisfies(archive -> assertThat(archive).isNotEmptyFile());
    }
  }
}
