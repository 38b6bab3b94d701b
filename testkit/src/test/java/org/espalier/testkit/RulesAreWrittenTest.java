package org.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("docs/spi.md")
class RulesAreWrittenTest {
  @Test
  void numbersEveryRuleThatTheContractTries() throws IOException {
    String page = Files.readString(Path.of(System.getProperty("espalier.root"), "docs", "spi.md"));
    for (Rule rule : Rule.values()) {
      assertThat(page).contains("\n%d. <a id=\"rule-%1$d\"></a>".formatted(rule.number()));
    }
  }
}
