package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class RoundingTest {

  @Example
  void halfPrecisionIsThatOfIeee754() {
    assertThat(half(1.0 / 3)).isEqualTo(0x1.554p-2);
    assertThat(half(65504)).isEqualTo(65504);
    assertThat(half(65519.99)).isEqualTo(65504);
    assertThat(half(65520)).isInfinite();
    assertThat(half(-1e9)).isEqualTo(Double.NEGATIVE_INFINITY);
    // Between 1 and its neighbour 1 + 2^-10: ties go to the even one.
    assertThat(half(1 + 0x1p-11)).isEqualTo(1);
    assertThat(half(1 + 0x3p-11)).isEqualTo(1 + 0x1p-9);
    // By way of float32 this would first become the tie above, and then 1.
    assertThat(half(1 + 0x1p-11 + 0x1p-40)).isEqualTo(1 + 0x1p-10);
    // The least number, and ties about half of it.
    assertThat(half(0x1p-24)).isEqualTo(0x1p-24);
    assertThat(half(0x1p-25)).isZero();
    assertThat(half(0x1.8p-24)).isEqualTo(0x1p-23);
    assertThat(1 / half(-0x1p-30)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(half(Double.NaN)).isNaN();
  }

  @Example
  void brainFloatIsTheUpperHalfOfFloat32() {
    assertThat(brain(1.0 / 3)).isEqualTo(0x1.56p-2);
    assertThat(brain(1 + 0x1p-8)).isEqualTo(1);
    assertThat(brain(1 + 0x3p-8)).isEqualTo(1 + 0x1p-6);
    assertThat(brain(1 + 0x1p-8 + 0x1p-40)).isEqualTo(1 + 0x1p-7);
    assertThat(brain(0x1.FEp127)).isEqualTo(0x1.FEp127);
    assertThat(brain(0x1.FFp127)).isInfinite();
    assertThat(brain(0x1p-133)).isEqualTo(0x1p-133);
    assertThat(brain(0x1p-134)).isZero();
  }

  /** Bit by bit: every finite bfloat16 neighbours the next one, and the middle goes to the even. */
  @Property(edgeCases = EdgeCasesMode.MIXIN)
  void brainFloatRoundsToTheNearest(@ForAll short bits) {
    int upper = (bits & 0x7FFF) << 16;
    double low = Float.intBitsToFloat(upper);
    double high = Float.intBitsToFloat(upper + 0x10000);
    if (!Double.isFinite(low) || !Double.isFinite(high)) {
      return;
    }
    double middle = (low + high) / 2;
    assertThat(brain(low)).isEqualTo(low);
    assertThat(brain(Math.nextDown(middle))).isEqualTo(low);
    assertThat(brain(middle)).isEqualTo((bits & 1) == 0 ? low : high);
    assertThat(brain(Math.nextUp(middle))).isEqualTo(high);
    assertThat(brain(-middle)).isEqualTo(-brain(middle));
  }

  @Property(edgeCases = EdgeCasesMode.MIXIN)
  void float32IsThatOfJava(@ForAll double value) {
    assertThat(Rounding.round(DType.FLOAT32, value)).isEqualTo((float) value);
    assertThat(Rounding.round(DType.FLOAT64, value)).isEqualTo(value);
  }

  private static double half(double value) {
    return Rounding.round(DType.FLOAT16, value);
  }

  private static double brain(double value) {
    return Rounding.round(DType.BFLOAT16, value);
  }
}
