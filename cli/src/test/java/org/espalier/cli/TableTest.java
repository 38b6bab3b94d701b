package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableTest {
  @Test
  void alignsTextToTheLeftAndNumbersToTheRight() {
    assertThat(
            new Table("stage", "loss", "note").row("a", "12.5", "x").row("longer", 3, null).lines())
        .containsExactly("stage   loss  note", "a       12.5  x", "longer     3");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "999.6, 1.00 kB",
    "1336, 1.34 kB",
    "13360, 13.4 kB",
    "1336000000, 1.34 GB",
    "999600, 1.00 MB",
    "0.5, 0.50 B"
  })
  void amountsHaveThreeDigits(double amount, String text) {
    assertThat(Quantities.amount(amount, "B")).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"2.46, 2.5 s", "59.96, 1 min 0 s", "200, 3 min 20 s", "3900, 1 h 5 min"})
  void durationsReadAsPeopleSayThem(double seconds, String text) {
    assertThat(Quantities.seconds(seconds)).isEqualTo(text);
  }
}
