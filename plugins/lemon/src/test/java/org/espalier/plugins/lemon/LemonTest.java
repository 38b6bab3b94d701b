package org.espalier.plugins.lemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.espalier.api.AxisMap;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.Lineage;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.testkit.ModelSizes;
import org.espalier.testkit.ModelSpecs;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the contract, which proves that the function stays, does not look at. */
class LemonTest {
  private static final ModelSizes SIZES = ModelSizes.of(3, 2, 2, 5);

  @ParameterizedTest
  @CsvSource({"3, 0 1 2", "4, 0 1 2 2", "5, 0 1 2 2 2", "6, 0 1 1 2 2 2"})
  void newBlocksFollowTheOnesTheyDouble(int blocks, String sources) {
    GrowthPlan plan = plan(ModelSpecs.gpt(SIZES, DType.FLOAT64), Map.of("blocks", "" + blocks));
    StringBuilder found = new StringBuilder();
    for (int t = 0; t < blocks; t++) {
      found.append(t == 0 ? "" : " ").append(plan.blocks().sources(t).get(0).index());
    }
    assertThat(found).hasToString(sources);
  }

  @Test
  void epsilonShrinksWithTheVariance() {
    ModelSpec model = ModelSpecs.gpt(SIZES, DType.FLOAT64);
    GrowthPlan plan = plan(model, Map.of("residual", "10"));
    double before = model.attributes().normEpsilon().orElseThrow();
    assertThat(plan.to().attributes().normEpsilon()).hasValue(before * 8 / 10);
    AxisMap copies = plan.widths().get("residual").copies();
    assertThat(copies.row(9)).hasSize(4).allMatch(entry -> entry.weight() == 0.25);
  }

  @Test
  void refusesWhatItCannotKeep() {
    ModelSpec bert = ModelSpecs.bert(SIZES, DType.FLOAT64);
    assertThatThrownBy(() -> plan(bert, Map.of("residual", "6")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("stand after them");
    ModelSpec gpt = ModelSpecs.gpt(SIZES, DType.FLOAT64);
    assertThatThrownBy(() -> plan(gpt, Map.of("blocks", "7")))
        .hasMessageContaining("blocks is 7, must be from 3")
        .hasMessageContaining("twice as many, 6");
    assertThatThrownBy(() -> plan(gpt, Map.of("residual", "3")))
        .hasMessageContaining("residual is 3, must be at least the model's 4");
  }

  private static GrowthPlan plan(ModelSpec model, Map<String, String> options) {
    return OperatorRegistry.of(new Lemon())
        .find("espalier:lemon")
        .plan(model, options, 0, Lineage.empty(), Map.of());
  }
}
