package org.espalier.operators;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.testkit.OperatorContract;

class CopyTopContractTest implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new CopyTop();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(Map.of("add", "1"), Map.of("blocks", "4"));
  }
}
