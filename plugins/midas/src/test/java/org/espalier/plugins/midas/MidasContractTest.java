package org.espalier.plugins.midas;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.testkit.OperatorContract;

class MidasContractTest implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new Midas();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(Map.of("block", "1"), Map.of("block", "3"));
  }
}
