package org.espalier.plugins.net2net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.espalier.api.Claim;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.HostTensor;
import org.espalier.api.Lineage;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.ReferenceExecutor;
import org.espalier.testkit.ModelSizes;
import org.espalier.testkit.ModelSpecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Net2NetTest {
  private static final ModelSpec MODEL =
      ModelSpecs.gpt(new ModelSizes(2, 4, 3, 2, 5), DType.FLOAT64);

  /** The contract proves the claims that are made; here is what must not be claimed. */
  @ParameterizedTest
  @CsvSource({
    "residual, 8, fpi, true",
    "residual, 12, fpi, true",
    "residual, 4, fpi, true",
    "residual, 6, fpi, false",
    "residual, 9, fpi, false",
    "ffn, 7, fpi, true",
    "heads, 4, fpi, true",
    "ffn, 10, aki, false",
    "residual, 8, aki, false"
  })
  void onlyEqualCopiesOfTheStreamPreserve(
      String dimension, int size, String method, boolean preserving) {
    GrowthPlan plan = plan(Map.of(dimension, "" + size, "method", method), 3);
    assertThat(plan.claims().contains(Claim.FUNCTION_PRESERVING)).isEqualTo(preserving);
    assertThat(plan.to().dimension(dimension)).isEqualTo(size);
  }

  @Test
  void newUnitsOfAkiComeFromTheBlockAbove() {
    GrowthPlan plan = plan(Map.of("ffn", "8", "method", "aki"), 3);
    Map<String, HostTensor> old = ModelSpecs.tensors(MODEL, 1);
    Map<String, HostTensor> made = new ReferenceExecutor().execute(plan, old);
    String bias = "decoder/layer/%d/ffn/input/bias";
    for (int unit = 0; unit < 8; unit++) {
      int source = plan.widths().get("ffn").copies().row(unit).get(0).index();
      for (int block = 0; block < 2; block++) {
        int from = unit < 5 ? block : Math.min(block + 1, 1);
        assertThat(made.get(bias.formatted(block)).at(unit))
            .isEqualTo(old.get(bias.formatted(from)).at(source));
      }
    }
  }

  @Test
  void theSeedChoosesTheUnits() {
    Map<String, String> options = Map.of("ffn", "8");
    assertThat(plan(options, 1).widths()).isNotEqualTo(plan(options, 2).widths());
    assertThat(plan(options, 1)).isEqualTo(plan(options, 1));
  }

  @Test
  void onlyWidens() {
    assertThatThrownBy(() -> plan(Map.of("ffn", "4"), 0))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "operator 'espalier:net2net': ffn is 4, must be at least the model's 5; Net2Net only"
                + " widens");
    assertThatThrownBy(() -> plan(Map.of(), 0))
        .hasMessage("operator 'espalier:net2net': give a size for residual, heads or ffn");
  }

  private static GrowthPlan plan(Map<String, String> options, long seed) {
    return OperatorRegistry.of(new Net2Net())
        .find("espalier:net2net")
        .plan(MODEL, options, seed, Lineage.empty(), Map.of());
  }
}
