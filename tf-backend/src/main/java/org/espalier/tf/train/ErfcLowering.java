package org.espalier.tf.train;

import java.util.List;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Writes erfc(x), which has no gradient in TensorFlow's C++ library, as 1 − erf(x). */
final class ErfcLowering {
  private ErfcLowering() {}

  static void apply(GraphEdit graph) {
    for (NodeDef.Builder node : graph.nodesOf(Set.of("Erfc"))) {
      DataType type = node.getAttrOrThrow("T").getType();
      NodeDef.Builder erf = graph.add("Erf", node.getName() + "/erf", node.getInput(0));
      erf.putAttr("T", GraphEdit.type(type));
      String one = graph.constant(node.getName() + "/one", one(type), List.of());
      node.setOp("Sub").clearInput().addAllInput(List.of(one, erf.getName()));
    }
  }

  private static TensorProto.Builder one(DataType type) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(type);
    return switch (type) {
      case DT_DOUBLE -> tensor.addDoubleVal(1);
      case DT_HALF -> tensor.addHalfVal(0x3C00);
      case DT_BFLOAT16 -> tensor.addHalfVal(0x3F80);
      default -> tensor.addFloatVal(1);
    };
  }
}
