package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

final class GeluFinderTest {
  private GraphEdit graph;

  @BeforeEach
  void matrixAndBias() {
    graph = new GraphEdit(GraphDef.getDefaultInstance());
    graph.add("Placeholder", "product");
    graph.add("Placeholder", "bias");
    node("AddV2", "x", "product", "bias");
  }

  @Test
  @DisplayName("Keras: ½·x·erfc(−x·√½), with erfc already written as 1 − erf")
  void keras() {
    node("Neg", "negative", "x");
    node("Mul", "scaled", "negative", number(Math.sqrt(0.5)));
    node("Erfc", "erfc", "scaled");
    node("Mul", "half", number(0.5), "x");
    node("Mul", "y", "half", "erfc");
    ErfcLowering.apply(graph);
    assertFound("y", true);
  }

  @Test
  @DisplayName("PyTorch-like: x·½·(1 + erf(x/√2))")
  void division() {
    node("RealDiv", "scaled", "x", number(Math.sqrt(2)));
    node("Erf", "erf", "scaled");
    node("AddV2", "sum", number(1), "erf");
    node("Mul", "half", "sum", number(0.5));
    node("Mul", "y", "x", "half");
    assertFound("y", true);
  }

  @Test
  @DisplayName("The first BERT: ½·x·(1 + tanh(√(2/π)·(x + 0.044715·x³)))")
  void tanhWithPow() {
    node("Pow", "cube", "x", number(3));
    node("Mul", "small", number(0.044715), "cube");
    node("AddV2", "inner", "x", "small");
    node("Mul", "scaled", number(Math.sqrt(2 / Math.PI)), "inner");
    node("Tanh", "tanh", "scaled");
    node("AddV2", "sum", number(1), "tanh");
    node("Mul", "phi", number(0.5), "sum");
    node("Mul", "y", "x", "phi");
    assertFound("y", false);
  }

  @Test
  @DisplayName("What only looks like it is left alone")
  void otherFunctions() {
    node("Erf", "erf", "x");
    node("AddV2", "sum", number(1), "erf");
    node("Mul", "half", "x", number(0.5));
    node("Mul", "y", "half", "sum");
    node("Tanh", "tanh", "x");
    node("Mul", "z", "tanh", "bias");
    assertThat(GeluFinder.find(graph)).isEmpty();
  }

  private void assertFound(String site, boolean exact) {
    assertThat(GeluFinder.find(graph))
        .isEqualTo(List.of(new Gelu(site, new TensorRef("x", 0), DataType.DT_FLOAT, exact)));
  }

  private void node(String op, String name, String... inputs) {
    NodeDef.Builder node = graph.add(op, name, inputs);
    node.putAttr("T", GraphEdit.type(DataType.DT_FLOAT));
  }

  private String number(double value) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).addFloatVal((float) value);
    return graph.constant("number", tensor, List.of());
  }
}
