package org.espalier.operators;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.testkit.OperatorContract;

class SparseReallocateContractTest implements OperatorContract {
  @Override
  public GrowthOperator<?> operator() {
    return new SparseReallocate();
  }

  @Override
  public List<Map<String, String>> options() {
    return List.of(Map.of("sparsity", "0.5"), Map.of("sparsity", "0.9", "block", "4"));
  }
}
