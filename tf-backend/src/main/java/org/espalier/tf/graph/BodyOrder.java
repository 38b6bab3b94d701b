package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/** The nodes of a function body, each after its inputs; the file may list them in any order. */
final class BodyOrder {
  private BodyOrder() {}

  static List<NodeDef> sort(FunctionDef function) {
    Map<String, NodeDef> byName = new HashMap<>();
    function.getNodeDefList().forEach(node -> byName.put(node.getName(), node));
    List<NodeDef> sorted = new ArrayList<>();
    Set<String> done = new HashSet<>();
    Set<String> entered = new HashSet<>();
    Deque<NodeDef> stack = new ArrayDeque<>();
    for (NodeDef root : function.getNodeDefList()) {
      stack.push(root);
      while (!stack.isEmpty()) {
        NodeDef node = stack.peek();
        if (done.contains(node.getName())) {
          stack.pop();
        } else if (entered.add(node.getName())) {
          for (String input : node.getInputList()) {
            NodeDef predecessor = byName.get(nodeOf(input));
            if (predecessor != null && !done.contains(predecessor.getName())) {
              if (entered.contains(predecessor.getName())) {
                throw new EspalierException(
                    "Function '%s' holds a loop through node '%s', which only old-style loops have;"
                            .formatted(function.getSignature().getName(), predecessor.getName())
                        + " export the model with TensorFlow 2 control flow");
              }
              stack.push(predecessor);
            }
          }
        } else {
          stack.pop();
          done.add(node.getName());
          sorted.add(node);
        }
      }
    }
    return sorted;
  }

  private static String nodeOf(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }
}
