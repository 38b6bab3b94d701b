package org.espalier.operators;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.testkit.OperatorContract;

class StackContractTest implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new Stack();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(Map.of("factor", "2"), Map.of("blocks", "17"));
  }
}
