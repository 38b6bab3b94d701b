package org.espalier.tf.train;

import java.util.Optional;
import org.tensorflow.Graph;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * A body's last layer where it is linear: logits = hidden · table + bias.
 *
 * @param dtype what the product is computed in; the logits may be cast to a wider type behind it
 * @param hidden the last activations, [..., width]
 * @param hiddenShape their shape
 * @param table the matrix, [tokens, width] or [width, tokens]
 * @param rowsAreTokens whether the table is [tokens, width], as a tied one is
 * @param bias the bias, [tokens], if there is one
 */
record LinearHead(
    DataType dtype,
    TensorRef hidden,
    Shape hiddenShape,
    TensorRef table,
    boolean rowsAreTokens,
    Optional<TensorRef> bias) {

  /**
   * Finds the head above which nothing but reshaping happens.
   *
   * @param types the same nodes, imported
   * @return nothing if the logits are made in any other way
   */
  static Optional<LinearHead> find(GraphEdit graph, Graph types, Logits logits) {
    TensorRef current = logits.tensor();
    Optional<TensorRef> bias = Optional.empty();
    while (true) {
      NodeDef.Builder node = graph.node(current.node());
      switch (node.getOp()) {
        case "Reshape", "Identity" -> current = input(node, 0);
        case "Cast" -> {
          // A bias that is added behind the cast is of another type than the product.
          if (bias.isPresent() || !isFloating(node.getAttrOrThrow("SrcT").getType())) {
            return Optional.empty();
          }
          current = input(node, 0);
        }
        case "BiasAdd", "Add", "AddV2" -> {
          if (bias.isPresent() || !isBias(graph, types, node, logits)) {
            return Optional.empty();
          }
          bias = Optional.of(input(node, 1));
          current = input(node, 0);
        }
        case "MatMul" -> {
          return product(graph, types, node, bias, "transpose_a", "transpose_b");
        }
        case "BatchMatMulV2" -> {
          return product(graph, types, node, bias, "adj_x", "adj_y");
        }
        default -> {
          return Optional.empty();
        }
      }
      if (!endsIn(shape(graph, types, current), logits.classes())) {
        return Optional.empty();
      }
    }
  }

  private static boolean isFloating(DataType type) {
    return switch (type) {
      case DT_FLOAT, DT_DOUBLE, DT_HALF, DT_BFLOAT16 -> true;
      default -> false;
    };
  }

  private static boolean isBias(GraphEdit graph, Graph types, NodeDef.Builder node, Logits logits) {
    boolean channelsLast =
        !node.getAttrOrDefault("data_format", GraphEdit.text("NHWC"))
            .getS()
            .toStringUtf8()
            .equals("NCHW");
    Shape added = shape(graph, types, input(node, 1));
    return channelsLast && added.numDimensions() == 1 && added.get(0) == logits.classes();
  }

  private static Optional<LinearHead> product(
      GraphEdit graph,
      Graph types,
      NodeDef.Builder node,
      Optional<TensorRef> bias,
      String transposeLeft,
      String transposeRight) {
    AttrValue no = GraphEdit.flag(false);
    TensorRef hidden = input(node, 0);
    TensorRef table = input(node, 1);
    Shape hiddenShape = shape(graph, types, hidden);
    boolean legal =
        !node.getAttrOrDefault(transposeLeft, no).getB()
            && isKnown(hiddenShape)
            && shape(graph, types, table).numDimensions() == 2;
    boolean rowsAreTokens = node.getAttrOrDefault(transposeRight, no).getB();
    return legal
        ? Optional.of(
            new LinearHead(
                node.getAttrOrThrow("T").getType(),
                hidden,
                hiddenShape,
                table,
                rowsAreTokens,
                bias))
        : Optional.empty();
  }

  /** The first axis may be that of chosen rows, of which each step has another number. */
  private static boolean isKnown(Shape shape) {
    return !shape.isUnknown()
        && shape.toListOrNull().stream().skip(1).noneMatch(size -> size == Shape.UNKNOWN_SIZE);
  }

  private static boolean endsIn(Shape shape, long size) {
    return shape.numDimensions() > 0 && shape.get(shape.numDimensions() - 1) == size;
  }

  private static TensorRef input(NodeDef.Builder node, int index) {
    return TensorRef.parse(node.getInput(index));
  }

  /** What stops gradients was put in after the types were found, and has its input's shape. */
  private static Shape shape(GraphEdit graph, Graph types, TensorRef tensor) {
    NodeDef.Builder node = graph.node(tensor.node());
    TensorRef typed = node.getOp().equals("StopGradient") ? input(node, 0) : tensor;
    return types.operation(typed.node()).output(typed.index()).shape();
  }

  long width() {
    return hiddenShape.get(hiddenShape.numDimensions() - 1);
  }
}
