package org.espalier.it;

import java.util.List;
import java.util.Map;
import org.espalier.api.GrowthOperator;
import org.espalier.plugins.lemon.Lemon;
import org.espalier.plugins.net2net.Net2Net;
import org.espalier.testkit.OperatorContract;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;

/** Contracts of operators that claim something, with TensorFlow on the path: logits are real. */
@DisplayName("Claims on real models")
class RealClaimsTest {

  @Nested
  class OfLemon implements OperatorContract {
    @Override
    public GrowthOperator<?> operator() {
      return new Lemon();
    }

    @Override
    public List<Map<String, String>> options() {
      return List.of(
          Map.of("blocks", "3"),
          Map.of("residual", "13", "heads", "3", "ffn", "17", "blocks", "4"));
    }
  }

  @Nested
  class OfNet2Net implements OperatorContract {
    @Override
    public GrowthOperator<?> operator() {
      return new Net2Net();
    }

    @Override
    public List<Map<String, String>> options() {
      return List.of(Map.of("ffn", "17"), Map.of("residual", "16", "heads", "5"));
    }
  }
}
