package org.espalier.plugins.net2net;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.testkit.OperatorContract;

class Net2NetContractTest implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new Net2Net();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(
        Map.of("ffn", "11"),
        Map.of("heads", "7", "ffn", "13"),
        Map.of("residual", "24", "heads", "9", "ffn", "19"),
        Map.of("residual", "17", "draw", "random"),
        Map.of("residual", "24", "heads", "9", "ffn", "19", "method", "aki"));
  }
}
