package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.espalier.tf.train.RowMove.Use;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Proves of single nodes that each row of what they give depends on the same row of some inputs,
 * and on no other.
 *
 * <p>For such a node f, rows(f(x, w)) = f(rows(x), w), whatever w is made of. What is not proven is
 * not said of a node, so it is safe to know few ops.
 */
final class RowRules {
  private static final Set<String> ELEMENTWISE =
      Set.of(
          "Abs",
          "Add",
          "AddN",
          "AddV2",
          "Cast",
          "ClipByValue",
          "Div",
          "DivNoNan",
          "Elu",
          "Equal",
          "Erf",
          "Erfc",
          "Exp",
          "Expm1",
          "Greater",
          "GreaterEqual",
          "Identity",
          "LeakyRelu",
          "Less",
          "LessEqual",
          "Log",
          "Log1p",
          "LogicalAnd",
          "LogicalNot",
          "LogicalOr",
          "Maximum",
          "Minimum",
          "Mul",
          "Neg",
          "NotEqual",
          "OnesLike",
          "Pow",
          "RealDiv",
          "Reciprocal",
          "Relu",
          "Relu6",
          "Rsqrt",
          "SelectV2",
          "Selu",
          "Sigmoid",
          "Sign",
          "Softplus",
          "Softsign",
          "Sqrt",
          "Square",
          "SquaredDifference",
          "StopGradient",
          "Sub",
          "Tanh",
          "ZerosLike");

  private final GraphEdit graph;
  private final Graph types;
  private final long rows;
  private final IntegerConstants constants;
  private final RowProducts products;

  /**
   * Creates the rules of a graph.
   *
   * @param types the same nodes, imported
   * @param rows of a step
   */
  RowRules(GraphEdit graph, Graph types, long rows) {
    this.graph = graph;
    this.types = types;
    this.rows = rows;
    this.constants = new IntegerConstants(graph);
    this.products = new RowProducts(this);
  }

  /** Returns how a node of one output gives chosen rows; nothing if that is not proven. */
  Optional<RowMove> of(NodeDef.Builder node) {
    Optional<RowShape> result = rowShape(new TensorRef(node.getName(), 0));
    if (result.isEmpty()) {
      return Optional.empty();
    }
    RowShape shape = result.get();
    if (ELEMENTWISE.contains(node.getOp())) {
      return elementwise(node, shape);
    }
    if (node.getOp().equals("Einsum")) {
      return products.einsum(node, shape);
    }
    Optional<RowShape> first =
        node.getInputCount() == 0 ? Optional.empty() : rowShape(input(node, 0));
    if (first.isEmpty()) {
      return Optional.empty();
    }
    RowShape x = first.get();
    return switch (node.getOp()) {
      case "BiasAdd" -> bias(node, shape);
      case "Softmax", "LogSoftmax" ->
          x.row().isEmpty() ? Optional.empty() : Optional.of(RowMove.unchanged(List.of(Use.ROWS)));
      case "Mean", "Sum", "Max", "Min", "Prod", "All", "Any" -> reduction(node, x);
      case "Reshape", "ExpandDims", "Squeeze" -> reshape(node, shape);
      case "Transpose" -> transpose(node, x);
      case "MatMul" -> products.matMul(node, x);
      case "BatchMatMulV2", "BatchMatMulV3" -> products.batchMatMul(node, x, shape);
      default -> Optional.empty();
    };
  }

  /** Each operand has the result's rows, or has one row, which all share. */
  private Optional<RowMove> elementwise(NodeDef.Builder node, RowShape result) {
    List<Use> uses = new ArrayList<>();
    for (int i = 0; i < node.getInputCount(); i++) {
      Optional<Use> use = broadcast(shape(input(node, i)), result);
      if (use.isEmpty()) {
        return Optional.empty();
      }
      uses.add(use.get());
    }
    return Optional.of(RowMove.unchanged(uses));
  }

  private static Optional<Use> broadcast(Shape operand, RowShape result) {
    if (operand.isUnknown() || operand.hasUnknownDimension()) {
      return Optional.empty();
    }
    int missing = result.axes() - operand.numDimensions();
    boolean same = true;
    boolean single = true;
    for (int axis = 0; axis < result.lead(); axis++) {
      long size = axis < missing ? 1 : operand.get(axis - missing);
      same &= size == result.sizes().get(axis);
      single &= size == 1;
    }
    if (same) {
      return Optional.of(Use.ROWS);
    }
    int row = result.row().size();
    return single
        ? Optional.of(operand.numDimensions() <= row ? Use.WHOLE : Use.lastAxes(row))
        : Optional.empty();
  }

  private static Optional<RowMove> bias(NodeDef.Builder node, RowShape result) {
    String format =
        node.getAttrOrDefault("data_format", GraphEdit.text("NHWC")).getS().toStringUtf8();
    return format.equals("NHWC") && !result.row().isEmpty()
        ? Optional.of(RowMove.unchanged(List.of(Use.ROWS, Use.WHOLE)))
        : Optional.empty();
  }

  /** Over axes of a row; counted from the last one, they stay the same. */
  private Optional<RowMove> reduction(NodeDef.Builder node, RowShape x) {
    Optional<List<Long>> axes = constants.of(node.getInput(1));
    if (axes.isEmpty()) {
      return Optional.empty();
    }
    List<Long> fromLast =
        axes.get().stream().map(axis -> axis < 0 ? axis : axis - x.axes()).toList();
    if (fromLast.stream().anyMatch(axis -> axis < -x.row().size() || axis >= 0)) {
      return Optional.empty();
    }
    return Optional.of(
        new RowMove(
            List.of(Use.ROWS, Use.NOTHING),
            moved -> setConstant(moved, 1, "Tidx", "axes", fromLast)));
  }

  /** Both have the same rows in the same order, as elements do not change theirs. */
  private Optional<RowMove> reshape(NodeDef.Builder node, RowShape result) {
    if (result.row().contains(0L)) {
      return Optional.empty();
    }
    List<Use> uses = new ArrayList<>(List.of(Use.ROWS));
    if (node.getInputCount() > 1) {
      uses.add(Use.NOTHING);
    }
    List<Long> sizes = new ArrayList<>(List.of(-1L));
    sizes.addAll(result.row());
    return Optional.of(
        new RowMove(
            uses,
            moved -> {
              AttrValue type = moved.getAttrOrThrow("T");
              String x = moved.getInput(0);
              String shape = graph.vector(moved.getName() + "/chosen_shape", sizes);
              moved.setOp("Reshape").clearInput().addInput(x).addInput(shape).clearAttr();
              moved.putAttr("T", type).putAttr("Tshape", GraphEdit.type(DataType.DT_INT64));
            }));
  }

  private Optional<RowMove> transpose(NodeDef.Builder node, RowShape x) {
    Optional<List<Long>> order = constants.of(node.getInput(1));
    int lead = x.lead();
    if (order.isEmpty()
        || order.get().size() != x.axes()
        || LongStream.range(0, lead).anyMatch(axis -> order.get().get((int) axis) != axis)) {
      return Optional.empty();
    }
    List<Long> ofRow = new ArrayList<>(List.of(0L));
    order.get().stream().skip(lead).forEach(axis -> ofRow.add(axis - lead + 1));
    return Optional.of(
        new RowMove(
            List.of(Use.ROWS, Use.NOTHING),
            moved -> setConstant(moved, 1, "Tperm", "order", ofRow)));
  }

  private void setConstant(
      NodeDef.Builder node, int input, String typeName, String name, List<Long> values) {
    DataType type = node.getAttrOrDefault(typeName, GraphEdit.type(DataType.DT_INT32)).getType();
    node.putAttr(typeName, GraphEdit.type(type));
    node.setInput(
        input,
        graph.constant(
            node.getName() + "/chosen_" + name,
            GraphEdit.integers(type, values),
            List.of((long) values.size())));
  }

  Shape shape(TensorRef tensor) {
    return types.operation(tensor.node()).output(tensor.index()).shape();
  }

  Optional<RowShape> rowShape(TensorRef tensor) {
    return RowShape.of(shape(tensor), rows);
  }

  static TensorRef input(NodeDef.Builder node, int index) {
    return TensorRef.parse(node.getInput(index));
  }
}
