package org.espalier.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.espalier.testkit.gallery.Gallery;
import org.espalier.testkit.gallery.Gallery.Exhibit;
import org.espalier.testkit.gallery.GalleryContract;
import org.espalier.testkit.gallery.Sound;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Broken operators")
class BrokenOperatorsTest {
  static List<Exhibit> exhibits() {
    return Gallery.exhibits();
  }

  @ParameterizedTest
  @MethodSource("exhibits")
  void failTheirOwnRuleAndNoOther(Exhibit exhibit) {
    GalleryContract.lookAt(exhibit.operator());
    ContractRun run = ContractRun.of(GalleryContract.class);
    String rule = "SPI rule " + exhibit.rule() + ": ";
    assertThat(run.failures()).hasSize(1);
    run.failures()
        .forEach(
            (test, message) -> {
              assertThat(test).startsWith(rule);
              assertThat(message).startsWith(rule).contains("Here ").hasLineCount(1);
            });
  }

  /** Rule 26 needs a backend; the rules of the jar are tried in {@link BrokenJarsTest}. */
  @Test
  void everyRuleOfTheOperatorHasOne() {
    for (Rule rule : Rule.values()) {
      boolean ofTheJar = rule == Rule.LISTS_AGREE || rule == Rule.OPENED;
      if (rule != Rule.REAL_MODELS && !ofTheJar) {
        assertThat(exhibits()).extracting(Exhibit::rule).contains(rule.number());
      }
    }
  }

  @Test
  void aSoundOperatorFailsNone() {
    GalleryContract.lookAt(Sound::new);
    ContractRun run = ContractRun.of(GalleryContract.class);
    assertThat(run.failures()).isEmpty();
    assertThat(run.tests()).isEqualTo(Rule.values().length);
  }
}
