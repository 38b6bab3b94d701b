package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.espalier.tf.weights.SmallFloat;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Writes the nodes of an elementwise pass, into a graph or into a function's body. */
final class PassWriter {
  private final DataType dtype;
  private final String prefix;
  private final boolean inFunction;
  private final List<NodeDef> nodes = new ArrayList<>();
  private final Map<Double, String> constants = new LinkedHashMap<>();

  private PassWriter(DataType dtype, String prefix, boolean inFunction) {
    this.dtype = dtype;
    this.prefix = prefix;
    this.inFunction = inFunction;
  }

  static PassWriter inGraph(DataType dtype, String prefix) {
    return new PassWriter(dtype, prefix, false);
  }

  static PassWriter inFunction(DataType dtype) {
    return new PassWriter(dtype, "", true);
  }

  List<NodeDef> nodes() {
    return nodes;
  }

  String add(String a, String b) {
    return typed("AddV2", "z", a, b);
  }

  String multiply(String a, String b) {
    return typed("Mul", "z", a, b);
  }

  String multiply(String a, double factor) {
    return typed("Mul", "z", a, constant(factor));
  }

  String add(String a, double term) {
    return typed("AddV2", "z", a, constant(term));
  }

  /** An op of one input: Erf, Exp, Square or Tanh. */
  String unary(String op, String a) {
    return typed(op, "y", a);
  }

  /** 1 where a 16 bit integer is at least {@code least}, else 0. */
  String atLeast(String integers, int least) {
    TensorProto.Builder bound =
        TensorProto.newBuilder().setDtype(DataType.DT_INT16).addIntVal(least);
    String boundNode = constant("least", bound);
    NodeDef.Builder compared = node("GreaterEqual", integers, boundNode);
    compared.putAttr("T", GraphEdit.type(DataType.DT_INT16));
    NodeDef.Builder cast = node("Cast", done(compared, "z"));
    cast.putAttr("SrcT", GraphEdit.type(DataType.DT_BOOL));
    return done(cast.putAttr("DstT", GraphEdit.type(dtype)), "y");
  }

  private String constant(double value) {
    return constants.computeIfAbsent(
        value,
        v -> {
          TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(dtype);
          switch (dtype) {
            case DT_DOUBLE -> tensor.addDoubleVal(v);
            case DT_BFLOAT16 -> tensor.addHalfVal(SmallFloat.BFLOAT.bits(v));
            default -> tensor.addFloatVal((float) (double) v);
          }
          return constant("constant_" + constants.size(), tensor);
        });
  }

  private String constant(String name, TensorProto.Builder value) {
    NodeDef.Builder node = NodeDef.newBuilder().setName(prefix + name).setOp("Const");
    node.putAttr("dtype", GraphEdit.type(value.getDtype()));
    node.putAttr(
        "value",
        GraphEdit.tensor(value.setTensorShape(GraphEdit.shape(List.of()).getShape()).build()));
    return done(node, "output");
  }

  private String typed(String op, String output, String... inputs) {
    return done(node(op, inputs).putAttr("T", GraphEdit.type(dtype)), output);
  }

  private NodeDef.Builder node(String op, String... inputs) {
    String name = prefix + op + "_" + nodes.size();
    return NodeDef.newBuilder().setName(name).setOp(op).addAllInput(List.of(inputs));
  }

  private String done(NodeDef.Builder node, String output) {
    nodes.add(node.build());
    return inFunction ? node.getName() + ":" + output + ":0" : node.getName();
  }
}
