package org.espalier.tf.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Which rows of a model's variables its inputs may choose.
 *
 * <p>Only what is plain to see counts: an input that goes, perhaps in another shape or type, into a
 * look-up of rows of a variable.
 */
public final class LookedUpTables {
  private static final Set<String> SAME_VALUES =
      Set.of(
          "Identity",
          "Cast",
          "Reshape",
          "ExpandDims",
          "Squeeze",
          "EnsureShape",
          "StopGradient",
          "PlaceholderWithDefault",
          "ReadVariableOp");

  private final Map<String, NodeDef> nodes = new HashMap<>();

  /** The placeholder whose values a node has, by the node's name. */
  private final Map<String, String> chosenBy = new HashMap<>();

  /** The rows of the variable that a node has or stands for, by the node's name. */
  private final Map<String, Long> tables = new HashMap<>();

  private final Map<String, Long> rows = new TreeMap<>();

  private LookedUpTables() {}

  /**
   * Returns how many rows the smallest variable has that an input chooses rows of.
   *
   * @param body nodes without calls, each behind its inputs
   * @return by the name of the input's placeholder; inputs that choose nothing are missing
   */
  public static Map<String, Long> rows(GraphDef body) {
    LookedUpTables tables = new LookedUpTables();
    body.getNodeList().forEach(tables::add);
    return tables.rows;
  }

  private void add(NodeDef node) {
    nodes.put(node.getName(), node);
    String first = input(node, 0);
    switch (node.getOp()) {
      case "Placeholder" -> chosenBy.put(node.getName(), node.getName());
      case "VarHandleOp" -> addTable(node);
      case "ResourceGather" -> lookUp(tables.get(first), chosenBy.get(input(node, 1)));
      case "GatherV2" -> {
        NodeDef axis = nodes.get(input(node, 2));
        if (axis != null && ScalarConstants.value(axis).equals(OptionalDouble.of(0))) {
          lookUp(tables.get(first), chosenBy.get(input(node, 1)));
        }
      }
      default -> {
        if (SAME_VALUES.contains(node.getOp())) {
          chosenBy.computeIfAbsent(node.getName(), name -> chosenBy.get(first));
          // Of another shape, a variable has other rows.
          if (!node.getOp().equals("Reshape")) {
            tables.computeIfAbsent(node.getName(), name -> tables.get(first));
          }
        }
      }
    }
  }

  private void addTable(NodeDef handle) {
    List<TensorShapeProto.Dim> shape =
        handle.getAttrOrDefault("shape", AttrValue.getDefaultInstance()).getShape().getDimList();
    if (!shape.isEmpty()) {
      tables.put(handle.getName(), shape.get(0).getSize());
    }
  }

  private void lookUp(Long size, String input) {
    if (size != null && input != null) {
      rows.merge(input, size, Math::min);
    }
  }

  private static String input(NodeDef node, int index) {
    return index < node.getInputCount() ? node.getInput(index).replaceFirst(":0$", "") : "";
  }
}
