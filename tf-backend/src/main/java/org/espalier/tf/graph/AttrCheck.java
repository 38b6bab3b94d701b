package org.espalier.tf.graph;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.AttrValue.ValueCase;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Checks the attributes of a node against the signature of its op, as TensorFlow does. */
final class AttrCheck {
  private AttrCheck() {}

  /**
   * Checks a node.
   *
   * @throws MalformedNodeException if an attribute is missing, unknown or not allowed
   */
  static void check(OpDef op, NodeDef node) {
    Set<String> known = new HashSet<>();
    for (OpDef.AttrDef attr : op.getAttrList()) {
      known.add(attr.getName());
      AttrValue value = node.getAttrMap().get(attr.getName());
      if (value != null) {
        checkValue(attr, value);
      } else if (!attr.hasDefaultValue()) {
        throw new MalformedNodeException("lacks the attribute '" + attr.getName() + "'");
      }
    }
    for (String name : node.getAttrMap().keySet()) {
      // With an underscore begin those that any node may have.
      if (!name.startsWith("_") && !known.contains(name)) {
        throw new MalformedNodeException("has the unknown attribute '" + name + "'");
      }
    }
  }

  private static void checkValue(OpDef.AttrDef attr, AttrValue value) {
    if (value.getValueCase() == ValueCase.PLACEHOLDER) {
      return;
    }
    boolean list = attr.getType().startsWith("list(");
    String element = list ? attr.getType().substring(5, attr.getType().length() - 1) : "";
    boolean kind =
        list
            ? value.getValueCase() == ValueCase.LIST && holdsOnly(value.getList(), element)
            : value.getValueCase() == valueCase(attr.getType());
    boolean enough =
        !attr.getHasMinimum()
            || (list
                ? length(value.getList()) >= attr.getMinimum()
                : value.getValueCase() != ValueCase.I || value.getI() >= attr.getMinimum());
    if (!kind || !enough || !isAllowed(attr, value)) {
      throw new MalformedNodeException(
          "has an attribute '%s' that is no %s of its op"
              .formatted(attr.getName(), attr.getType()));
    }
  }

  private static ValueCase valueCase(String type) {
    return switch (type) {
      case "string" -> ValueCase.S;
      case "int" -> ValueCase.I;
      case "float" -> ValueCase.F;
      case "bool" -> ValueCase.B;
      case "type" -> ValueCase.TYPE;
      case "shape" -> ValueCase.SHAPE;
      case "tensor" -> ValueCase.TENSOR;
      case "func" -> ValueCase.FUNC;
      default -> ValueCase.VALUE_NOT_SET;
    };
  }

  private static boolean holdsOnly(AttrValue.ListValue list, String element) {
    int own =
        switch (element) {
          case "string" -> list.getSCount();
          case "int" -> list.getICount();
          case "float" -> list.getFCount();
          case "bool" -> list.getBCount();
          case "type" -> list.getTypeCount();
          case "shape" -> list.getShapeCount();
          case "tensor" -> list.getTensorCount();
          default -> list.getFuncCount();
        };
    return own == length(list);
  }

  private static int length(AttrValue.ListValue list) {
    return list.getSCount()
        + list.getICount()
        + list.getFCount()
        + list.getBCount()
        + list.getTypeCount()
        + list.getShapeCount()
        + list.getTensorCount()
        + list.getFuncCount();
  }

  private static boolean isAllowed(OpDef.AttrDef attr, AttrValue value) {
    AttrValue.ListValue allowed = attr.getAllowedValues().getList();
    if (allowed.getTypeCount() > 0) {
      return value.getValueCase() == ValueCase.TYPE
          ? allowed.getTypeList().contains(value.getType())
          : allowed.getTypeList().containsAll(value.getList().getTypeList());
    }
    if (allowed.getSCount() > 0) {
      return value.getValueCase() == ValueCase.S
          ? allowed.getSList().contains(value.getS())
          : allowed.getSList().containsAll(List.copyOf(value.getList().getSList()));
    }
    return true;
  }
}
