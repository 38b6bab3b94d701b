package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MaskTest {
  private static final Map<String, Integer> SIZES = Map.of("residual", 8, "heads", 2, "size", 4);

  @Test
  void kernelsOfThreeAxesAreMatricesBySide() {
    Parameter query = kernel(Axis.in("residual"), Axis.out("heads"), Axis.out("size"));
    assertThat(MaskSpec.of(query, 4, SIZES)).isEqualTo(new MaskSpec(8, 8, 4, 4));
    Parameter output = kernel(Axis.in("heads"), Axis.in("size"), Axis.out("residual"));
    assertThat(MaskSpec.of(output, 8, SIZES)).isEqualTo(new MaskSpec(8, 8, 8, 1));
    Parameter mixed = kernel(Axis.in("heads"), Axis.out("residual"), Axis.in("size"));
    assertThatThrownBy(() -> MaskSpec.of(mixed, 1, SIZES))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("'w' of shape [2, 8, 4]");
  }

  @Test
  void piecesOfAFusedKernelAreDividedEachForItself() {
    Parameter fused = kernel(Axis.in("residual"), Axis.out("heads", "size").repeated(2));
    assertThat(MaskSpec.of(fused, 8, SIZES)).isEqualTo(new MaskSpec(8, 16, 8, 2));
    assertThatThrownBy(() -> MaskSpec.of(fused, 16, SIZES))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "block is 16, which does not divide 'w' of shape [8, 16]: the piece heads·size has 8"
                + " elements");
  }

  @Test
  void wordsAndGridsAreChecked() {
    MaskSpec spec = new MaskSpec(10, 7, 1, 35);
    Mask mask = Mask.of(spec, i -> i % 2 == 0);
    assertThat(Mask.ofWords(spec, mask.words())).isEqualTo(mask);
    assertThat(Mask.of(spec, mask.toTensor())).isEqualTo(mask);
    assertThatThrownBy(() -> Mask.ofWords(spec, mask.words()[0], -1L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Mask.ofWords(spec, mask.words()[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Mask.of(spec.withActive(34), mask.toTensor()))
        .isInstanceOf(EspalierException.class)
        .hasMessage("a mask must have 34 of 70 blocks in use, but has 35");
  }

  private static Parameter kernel(Axis... axes) {
    List<Long> shape = List.of(axes).stream().map(axis -> (Long) axis.size(SIZES)).toList();
    return new Parameter(
        "w", Parameter.OUTSIDE, Roles.UNKNOWN, DType.FLOAT32, shape, List.of(axes), true);
  }
}
