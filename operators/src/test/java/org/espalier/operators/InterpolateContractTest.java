package org.espalier.operators;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.api.ModelSpec;
import org.espalier.testkit.OperatorContract;

class InterpolateContractTest implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new Interpolate();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(
        Map.of(), Map.of("alpha", "1"), Map.of("alpha", "0.25", "overrides", "role=ffn:0"));
  }

  @Override
  public Map<String, ModelSpec> references(ModelSpec model) {
    return Map.of("reference", model);
  }
}
