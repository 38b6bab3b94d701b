package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * The types of the tensors that one node takes and gives.
 *
 * @param inputs in order
 * @param outputs by the name of the op's output, in order
 */
record NodeSignature(List<DataType> inputs, Map<String, List<DataType>> outputs) {
  /** Tensors that one argument may stand for; a damaged number must not be believed. */
  private static final long LONGEST = 100_000;

  private static final int REFERENCES = 100;

  /**
   * Reads the attributes of a node.
   *
   * @throws MalformedNodeException if one is missing or of another kind than the op says
   */
  static NodeSignature of(OpDef op, NodeDef node) {
    List<DataType> inputs = new ArrayList<>();
    op.getInputArgList().forEach(argument -> inputs.addAll(types(op, argument, node)));
    Map<String, List<DataType>> outputs = new LinkedHashMap<>();
    op.getOutputArgList()
        .forEach(argument -> outputs.put(argument.getName(), types(op, argument, node)));
    return new NodeSignature(inputs, outputs);
  }

  /** All that the node gives, in order. */
  List<DataType> allOutputs() {
    return outputs.values().stream().flatMap(List::stream).toList();
  }

  /** Returns the type without the mark that a tensor is a reference to a variable. */
  static DataType plain(DataType type) {
    DataType plain =
        type.getNumber() > REFERENCES ? DataType.forNumber(type.getNumber() - REFERENCES) : type;
    return plain == null ? DataType.DT_INVALID : plain;
  }

  private static List<DataType> types(OpDef op, OpDef.ArgDef argument, NodeDef node) {
    if (!argument.getTypeListAttr().isEmpty()) {
      return attr(op, argument.getTypeListAttr(), node).getList().getTypeList();
    }
    DataType type =
        argument.getTypeAttr().isEmpty()
            ? argument.getType()
            : attr(op, argument.getTypeAttr(), node).getType();
    if (argument.getNumberAttr().isEmpty()) {
      return List.of(type);
    }
    long count = attr(op, argument.getNumberAttr(), node).getI();
    if (count < 0 || count > LONGEST) {
      throw new MalformedNodeException(
          "has %d tensors as '%s'".formatted(count, argument.getName()));
    }
    return Collections.nCopies((int) count, type);
  }

  /** Exported models leave out attributes that have their default value. */
  private static AttrValue attr(OpDef op, String name, NodeDef node) {
    AttrValue value = node.getAttrMap().get(name);
    if (value != null) {
      return value;
    }
    return op.getAttrList().stream()
        .filter(attr -> attr.getName().equals(name))
        .findFirst()
        .map(OpDef.AttrDef::getDefaultValue)
        .orElse(AttrValue.getDefaultInstance());
  }
}
