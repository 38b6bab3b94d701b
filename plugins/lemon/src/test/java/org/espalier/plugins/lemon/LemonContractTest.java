package org.espalier.plugins.lemon;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.testkit.OperatorContract;

class LemonContractTest implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new Lemon();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(
        Map.of("residual", "13"),
        Map.of("residual", "25", "pad", "zeros"),
        Map.of("residual", "16", "heads", "7", "ffn", "11"),
        Map.of("blocks", "2"),
        Map.of("blocks", "3"),
        Map.of("blocks", "6", "residual", "17", "heads", "5", "ffn", "9"));
  }
}
