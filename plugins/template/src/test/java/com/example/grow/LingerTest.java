package com.example.grow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.espalier.api.DType;
import org.espalier.api.GrowthOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.testkit.ModelSizes;
import org.espalier.testkit.ModelSpecs;
import org.espalier.testkit.OperatorContract;
import org.junit.jupiter.api.Test;

/** The rules of docs/spi.md come with the interface; what this operator alone does stands below. */
class LingerTest implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new Linger();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(Map.of("times", "2"), Map.of("times", "5"));
  }

  @Test
  void repeatsEachBlockInPlace() {
    GrowthPlan plan =
        new Linger()
            .plan(
                GrowthRequest.of(
                    ModelSpecs.gpt(ModelSizes.of(3, 2, 4, 8), DType.FLOAT32),
                    new Linger.Options(2),
                    0));
    assertEquals(6, plan.to().blocks());
    for (int t = 0; t < 6; t++) {
      assertEquals(t / 2, plan.blocks().sources(t).get(0).index());
    }
  }
}
