package org.espalier.tf.train;

import java.util.Arrays;
import java.util.List;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Adds a loss's nodes, of the logits' element type, below one prefix. */
final class LossGraph {
  private final GraphEdit graph;
  private final String prefix;
  private final DataType dtype;

  LossGraph(GraphEdit graph, String prefix, DataType dtype) {
    this.graph = graph;
    this.prefix = prefix;
    this.dtype = dtype;
  }

  /** Returns what adds nodes of another type below the same prefix. */
  LossGraph of(DataType other) {
    return new LossGraph(graph, prefix, other);
  }

  NodeDef.Builder node(String op, String name, String... inputs) {
    return graph.add(op, prefix + name, inputs);
  }

  NodeDef.Builder typed(String op, String name, String... inputs) {
    return node(op, name, inputs).putAttr("T", GraphEdit.type(dtype));
  }

  String placeholder(String name, DataType type, long rows) {
    NodeDef.Builder node = node("Placeholder", name);
    node.putAttr("dtype", GraphEdit.type(type));
    return node.putAttr("shape", GraphEdit.shape(List.of(rows))).getName();
  }

  String cast(String name, String tensor, DataType from) {
    if (from == dtype) {
      return tensor;
    }
    NodeDef.Builder cast = node("Cast", name, tensor);
    cast.putAttr("SrcT", GraphEdit.type(from));
    return cast.putAttr("DstT", GraphEdit.type(dtype)).getName();
  }

  String reshape(String name, String tensor, long... sizes) {
    TensorProto.Builder shape = TensorProto.newBuilder().setDtype(DataType.DT_INT64);
    for (long size : sizes) {
      shape.addInt64Val(size);
    }
    String sizesNode = constant(name + "/shape", shape, sizes.length);
    NodeDef.Builder node = typed("Reshape", name, tensor, sizesNode);
    return node.putAttr("Tshape", GraphEdit.type(DataType.DT_INT64)).getName();
  }

  String sum(String name, String vector) {
    NodeDef.Builder node = typed("Sum", name, vector, axis(name, 0));
    return node.putAttr("Tidx", GraphEdit.type(DataType.DT_INT32)).getName();
  }

  /** A constant that names an axis, for the node {@code name}. */
  String axis(String name, int axis) {
    TensorProto.Builder value = TensorProto.newBuilder().setDtype(DataType.DT_INT32);
    return constant(name + "/axis", value.addIntVal(axis));
  }

  /** A product of matrices; {@code left} and {@code right} say which is transposed. */
  String matMul(String name, String a, String b, boolean left, boolean right) {
    NodeDef.Builder node = typed("MatMul", name, a, b);
    node.putAttr("transpose_a", GraphEdit.flag(left));
    return node.putAttr("transpose_b", GraphEdit.flag(right)).getName();
  }

  /** A matrix with rows and columns changed over. */
  String transpose(String name, String matrix) {
    TensorProto.Builder order =
        TensorProto.newBuilder().setDtype(DataType.DT_INT32).addIntVal(1).addIntVal(0);
    NodeDef.Builder node = typed("Transpose", name, matrix, constant(name + "/perm", order, 2));
    return node.putAttr("Tperm", GraphEdit.type(DataType.DT_INT32)).getName();
  }

  /** A constant of the logits' type that has {@code value} everywhere. */
  String filled(String name, double value, long... shape) {
    TensorProto.Builder values = TensorProto.newBuilder().setDtype(dtype);
    if (dtype == DataType.DT_DOUBLE) {
      values.addDoubleVal(value);
    } else {
      values.addFloatVal((float) value);
    }
    return constant(name, values, shape);
  }

  String constant(String name, TensorProto.Builder values, long... shape) {
    return graph.constant(prefix + name, values, Arrays.stream(shape).boxed().toList());
  }
}
