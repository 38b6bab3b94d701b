package org.espalier.tf.train;

import java.util.List;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Writes shapes that are computed as constants, so that nothing needs a tensor for its shape. */
final class StaticShapes {
  private StaticShapes() {}

  /**
   * Replaces each {@code Shape} of a tensor whose sizes are all known.
   *
   * @param types the same nodes, imported
   */
  static void apply(GraphEdit graph, Graph types) {
    for (NodeDef.Builder node : graph.nodesOf(List.of("Shape"))) {
      TensorRef tensor = TensorRef.parse(node.getInput(0));
      Output<?> output = types.operation(tensor.node()).output(tensor.index());
      Shape shape = output.shape();
      if (!shape.isUnknown() && !shape.hasUnknownDimension()) {
        AttrValue type = node.getAttrOrDefault("out_type", GraphEdit.type(DataType.DT_INT32));
        TensorProto.Builder sizes = GraphEdit.integers(type.getType(), shape.toListOrNull());
        node.setOp("Const").clearInput().clearAttr().putAttr("dtype", type);
        node.putAttr("value", GraphEdit.tensor(sizes.build()));
      }
    }
  }
}
