package org.espalier.operators;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.testkit.OperatorContract;

class CoalesceContractTest implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new Coalesce();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(
        Map.of(),
        Map.of("heads", "keep", "residual", "adjacent", "ffn", "keep", "blocks", "keep"),
        Map.of("heads", "adjacent:3", "residual", "keep", "ffn", "keep", "blocks", "keep"));
  }
}
