package org.espalier.tf.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.espalier.tf.savedmodel.TinyModel;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

class LookedUpTablesTest {
  private final GraphDef.Builder body = GraphDef.newBuilder();

  @Test
  void aLookUpInAVariableBoundsAnInput() {
    add("ids", "Placeholder");
    table("words", 30);
    add("small", "Cast", "ids");
    add("rows", "ResourceGather", "words", "small:0");
    assertThat(LookedUpTables.rows(body.build())).isEqualTo(Map.of("ids", 30L));
  }

  @Test
  void theSmallestTableCounts() {
    add("ids", "Placeholder");
    table("words", 30);
    table("types", 2);
    add("read", "ReadVariableOp", "types");
    axis(0);
    add("flat", "Reshape", "ids:0", "anything");
    add("first", "ResourceGather", "words", "ids");
    add("second", "GatherV2", "read:0", "flat", "axis");
    assertThat(LookedUpTables.rows(body.build())).isEqualTo(Map.of("ids", 2L));
  }

  @Test
  void columnsAndComputedTablesAndComputedIdsDoNotCount() {
    add("ids", "Placeholder");
    table("words", 30);
    axis(1);
    add("columns", "GatherV2", "words", "ids", "axis");
    add("other", "Reshape", "words", "anything");
    add("computed", "ResourceGather", "other", "ids");
    add("next", "AddV2", "ids", "ids");
    add("shifted", "ResourceGather", "words", "next");
    assertThat(LookedUpTables.rows(body.build())).isEmpty();
  }

  private void add(String name, String op, String... inputs) {
    body.addNode(TinyModel.node(name, op, Map.of(), inputs));
  }

  private void table(String name, long rows) {
    TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
    shape.addDimBuilder().setSize(rows);
    shape.addDimBuilder().setSize(4);
    body.addNode(TinyModel.node(name, "VarHandleOp", Map.of("shape", Nodes.shape(shape.build()))));
  }

  private void axis(int axis) {
    TensorProto value =
        TensorProto.newBuilder().setDtype(DataType.DT_INT32).addIntVal(axis).build();
    body.addNode(
        TinyModel.node(
            "axis", "Const", Map.of("value", AttrValue.newBuilder().setTensor(value).build())));
  }
}
