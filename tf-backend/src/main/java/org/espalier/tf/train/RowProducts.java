package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.tf.train.RowMove.Use;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/** {@link RowRules} of products: rows(x · w) = rows(x) · w. */
final class RowProducts {
  private static final String ELLIPSIS = "...";

  private final RowRules rules;

  RowProducts(RowRules rules) {
    this.rules = rules;
  }

  /** x [rows, in] · w. */
  Optional<RowMove> matMul(NodeDef.Builder node, RowShape x) {
    return isSet(node, "transpose_a") || x.lead() != 1
        ? Optional.empty()
        : Optional.of(RowMove.unchanged(List.of(Use.ROWS, Use.WHOLE)));
  }

  /** x [..., in] · w [in, out], where w may have axes of size 1 before; a plain product then. */
  Optional<RowMove> batchMatMul(NodeDef.Builder node, RowShape x, RowShape result) {
    Shape w = rules.shape(RowRules.input(node, 1));
    boolean legal =
        !isSet(node, "adj_x")
            && x.axes() == result.axes()
            && x.lead() == x.axes() - 1
            && !w.isUnknown()
            && isOneMatrix(w)
            && isOfOneType(node);
    if (!legal) {
      return Optional.empty();
    }
    Use table = w.numDimensions() == 2 ? Use.WHOLE : Use.lastAxes(2);
    return Optional.of(
        new RowMove(
            List.of(Use.ROWS, table),
            moved -> {
              AttrValue transposed = GraphEdit.flag(isSet(moved, "adj_y"));
              AttrValue type = type(moved);
              moved.setOp("MatMul").clearAttr().putAttr("T", type);
              moved.putAttr("transpose_a", GraphEdit.flag(false));
              moved.putAttr("transpose_b", transposed);
            }));
  }

  private static boolean isOneMatrix(Shape w) {
    for (int axis = 0; axis < w.numDimensions() - 2; axis++) {
      if (w.get(axis) != 1) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOfOneType(NodeDef.Builder node) {
    return node.getOp().equals("BatchMatMulV2")
        || (node.getAttrOrThrow("Ta").equals(node.getAttrOrThrow("Tb"))
            && node.getAttrOrThrow("Ta").equals(node.getAttrOrThrow("Tout")));
  }

  private static AttrValue type(NodeDef.Builder node) {
    return node.getAttrOrThrow(node.getOp().equals("BatchMatMulV2") ? "T" : "Ta");
  }

  /** The labels of the rows come first in the result, and first or not at all in each operand. */
  Optional<RowMove> einsum(NodeDef.Builder node, RowShape result) {
    String equation = node.getAttrOrThrow("equation").getS().toStringUtf8().replace(" ", "");
    String[] sides = equation.split("->", -1);
    if (sides.length != 2) {
      return Optional.empty();
    }
    String rows = leading(sides[1], result);
    List<String> operands = List.of(sides[0].split(",", -1));
    List<Use> uses = new ArrayList<>();
    List<String> moved = new ArrayList<>();
    for (int i = 0; i < operands.size() && !rows.isEmpty(); i++) {
      String operand = operands.get(i);
      boolean leads = isLed(operand, rows, node, i, result);
      if (!leads && rows.chars().anyMatch(label -> operand.indexOf(label) >= 0)) {
        return Optional.empty();
      }
      uses.add(leads ? Use.ROWS : Use.WHOLE);
      moved.add(leads ? one(operand, rows) : operand);
    }
    if (!uses.contains(Use.ROWS)) {
      return Optional.empty();
    }
    String chosen = String.join(",", moved) + "->" + one(sides[1], rows);
    return Optional.of(
        new RowMove(uses, product -> product.putAttr("equation", GraphEdit.text(chosen))));
  }

  /** The labels of the result's rows; empty if an ellipsis stands for more or less than them. */
  private static String leading(String labels, RowShape result) {
    if (!labels.contains(ELLIPSIS)) {
      return labels.substring(0, result.lead());
    }
    int named = labels.length() - ELLIPSIS.length();
    return labels.startsWith(ELLIPSIS) && result.axes() - named == result.lead() ? ELLIPSIS : "";
  }

  private boolean isLed(
      String operand, String rows, NodeDef.Builder node, int index, RowShape result) {
    if (!operand.startsWith(rows)) {
      return false;
    }
    String row = operand.substring(rows.length());
    Optional<RowShape> shape = rules.rowShape(RowRules.input(node, index));
    return rows.chars().noneMatch(label -> row.indexOf(label) >= 0)
        && shape.isPresent()
        && shape.get().axes() - row.length() == result.lead()
        && shape.get().lead() == result.lead();
  }

  /** With one label for the axis of chosen rows; an ellipsis may stay one. */
  private static String one(String labels, String rows) {
    return rows.equals(ELLIPSIS)
        ? labels
        : labels.charAt(rows.length() - 1) + labels.substring(rows.length());
  }

  private static boolean isSet(NodeDef.Builder node, String flag) {
    return node.getAttrOrDefault(flag, GraphEdit.flag(false)).getB();
  }
}
