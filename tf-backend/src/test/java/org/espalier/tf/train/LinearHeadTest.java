package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

@DisplayName("Linear heads whose logits are cast")
final class LinearHeadTest {
  private static final DataType HALF = DataType.DT_BFLOAT16;
  private static final DataType FULL = DataType.DT_FLOAT;

  private final GraphEdit graph = new GraphEdit(GraphDef.getDefaultInstance());

  private void input(String name, DataType type, Long... shape) {
    NodeDef.Builder node = graph.add("Placeholder", name);
    node.putAttr("dtype", GraphEdit.type(type));
    node.putAttr("shape", GraphEdit.shape(List.of(shape)));
  }

  private void typed(String op, String name, DataType type, String... inputs) {
    graph.add(op, name, inputs).putAttr("T", GraphEdit.type(type));
  }

  private void cast(String name, String input) {
    NodeDef.Builder node = graph.add("Cast", name, input);
    node.putAttr("SrcT", GraphEdit.type(HALF)).putAttr("DstT", GraphEdit.type(FULL));
  }

  private Optional<LinearHead> find() {
    try (Graph types = new Graph()) {
      types.importGraphDef(graph.toGraphDef());
      Logits logits = new Logits(new TensorRef("logits", 0), FULL, List.of(6L), 5);
      return LinearHead.find(graph, types, logits);
    }
  }

  @Test
  void areFoundWhereTheBiasIsBeforeTheCast() {
    input("hidden", HALF, 6L, 4L);
    input("table", HALF, 4L, 5L);
    input("bias", HALF, 5L);
    typed("MatMul", "product", HALF, "hidden", "table");
    typed("AddV2", "sum", HALF, "product", "bias");
    cast("logits", "sum");
    assertThat(find())
        .hasValueSatisfying(
            head -> {
              assertThat(head.dtype()).isEqualTo(HALF);
              assertThat(head.bias()).contains(new TensorRef("bias", 0));
            });
  }

  /** The gradient of that bias is of the logits' type, all others of the product's. */
  @Test
  void areLeftToTensorFlowWhereTheBiasIsBehindIt() {
    input("hidden", HALF, 6L, 4L);
    input("table", HALF, 4L, 5L);
    input("bias", FULL, 5L);
    typed("MatMul", "product", HALF, "hidden", "table");
    cast("wide", "product");
    typed("AddV2", "logits", FULL, "wide", "bias");
    assertThat(find()).isEmpty();
  }
}
