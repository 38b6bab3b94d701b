package org.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.espalier.testkit.gallery.GalleryContract;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Plugins that are laid out wrongly")
class BrokenJarsTest {
  private static final String SERVICE = "provides org.espalier.api.GrowthOperator with ";

  @TempDir private Path work;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0  | acme.Op;             | opens acme to org.espalier.api;
          0  | acme.Op;             | exports acme;
          27 | acme.Other;          | exports acme;
          27 | acme.Op, acme.Other; | exports acme;
          28 | acme.Op;             | ''
          28 | acme.Op;             | exports acme to java.desktop;
          """)
  void failTheirOwnRuleAndNoOther(int rule, String providers, String openness) throws Exception {
    try (PluginUnderTest plugin = new PluginUnderTest(work, SERVICE + providers + openness)) {
      GalleryContract.lookAt(plugin::operator);
      ContractRun run = ContractRun.of(OptionlessContract.class);
      assertThat(run.failures().keySet())
          .allMatch(test -> test.startsWith("SPI rule " + rule + ": "))
          .hasSize(rule == 0 ? 0 : 1);
    }
  }
}
