package org.espalier.operators;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.testkit.OperatorContract;

class DecoalesceContractTest implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new Decoalesce();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(
        Map.of("heads", "halves", "ffn", "halves", "residual", "halves"),
        Map.of("residual", "adjacent:3"),
        Map.of("ffn", "adjacent:2", "blocks", "adjacent"));
  }
}
