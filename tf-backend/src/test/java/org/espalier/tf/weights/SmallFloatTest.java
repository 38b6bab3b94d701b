package org.espalier.tf.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SmallFloatTest {
  @ParameterizedTest
  @CsvSource({
    "0x1p0, 3c00",
    "-0x0p0, 8000",
    "-0x1.8p1, c200",
    "65504, 7bff",
    "65519.99, 7bff",
    "65520, 7c00",
    "1e300, 7c00",
    "-Infinity, fc00",
    "NaN, 7e00",
    "0x1p-14, 0400",
    "0x1p-24, 0001",
    "0x1p-25, 0000",
    "0x1.000001p-25, 0001",
    "0x1.ff8p-15, 03ff",
    "0x1.ffcp-15, 0400",
    "0x1.002p0, 3c00",
    "0x1.0020000000001p0, 3c01",
    "0x1.006p0, 3c02",
    "0x1p-1074, 0000",
  })
  void roundsToHalf(double value, String bits) {
    assertThat(hex(SmallFloat.HALF.bits(value))).isEqualTo(bits);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 3f80",
    "-2.5, c020",
    "0x1.01p0, 3f80",
    "0x1.0100000000001p0, 3f81",
    "0x1.03p0, 3f82",
    "0x1.fep127, 7f7f",
    "0x1.ffp127, 7f80",
    "0x1p-133, 0001",
    "0x1p-134, 0000",
    "NaN, 7fc0",
  })
  void roundsToBfloat(double value, String bits) {
    assertThat(hex(SmallFloat.BFLOAT.bits(value))).isEqualTo(bits);
  }

  @Test
  void readsBfloatAsTheUpperHalfOfAFloat() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      assertThat(SmallFloat.BFLOAT.value((short) bits))
          .isEqualTo(Float.valueOf(Float.intBitsToFloat(bits << 16)));
    }
  }

  @Test
  void givesBackAllBitsOfNumbers() {
    for (SmallFloat format : new SmallFloat[] {SmallFloat.HALF, SmallFloat.BFLOAT}) {
      for (int bits = 0; bits < 1 << 16; bits++) {
        float value = format.value((short) bits);
        if (!Float.isNaN(value)) {
          assertThat(format.bits(value)).isEqualTo((short) bits);
        }
      }
    }
  }

  private static String hex(short bits) {
    return "%04x".formatted(bits);
  }
}
