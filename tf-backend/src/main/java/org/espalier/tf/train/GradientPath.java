package org.espalier.tf.train;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.tensorflow.Graph;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * The nodes between the trained variables and the logits, which the backward pass runs through.
 *
 * <p>Finding them first lets us name what TensorFlow cannot differentiate before it is asked to,
 * and keep the backward pass out of everything below the lowest trained variable.
 */
final class GradientPath {
  /** Registered, but their gradients fail when they run, or abort the process. */
  private static final Set<String> BROKEN =
      Set.of(
          "PartitionedCall",
          "StatefulPartitionedCall",
          "SymbolicGradient",
          "Enter",
          "Exit",
          "NextIteration",
          "LoopCond",
          "Switch",
          "Merge");

  private static final Set<String> CONSTANT = Set.of("Const", "Placeholder", "StopGradient");

  private final GraphEdit graph;
  private final Graph types;
  private final Set<String> nodes;

  private GradientPath(GraphEdit graph, Graph types, Collection<String> reads) {
    this.graph = graph;
    this.types = types;
    this.nodes = nodesAbove(reads);
  }

  /**
   * Finds the path of a body of which every node leads to the logits, and bounds it.
   *
   * @param types the same nodes, imported
   * @param reads the nodes that read the trained variables
   * @return those of {@code reads} that the logits depend on
   * @throws EspalierException if an op on the path has no gradient
   */
  static Set<String> bound(GraphEdit graph, Graph types, Collection<String> reads) {
    Set<String> reached = new TreeSet<>(reads);
    reached.removeIf(read -> graph.node(read) == null);
    GradientPath path = new GradientPath(graph, types, reached);
    path.refuseUnsupported(reached);
    path.stopBelow();
    return reached;
  }

  private Set<String> nodesAbove(Collection<String> reads) {
    Map<String, Set<String>> consumers = new HashMap<>();
    for (NodeDef.Builder node : graph.nodes()) {
      for (String input : node.getInputList()) {
        consumers
            .computeIfAbsent(TensorRef.parse(input).node(), n -> new HashSet<>())
            .add(node.getName());
      }
    }
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(reads);
    while (!open.isEmpty()) {
      String name = open.pop();
      if (found.add(name)) {
        consumers.getOrDefault(name, Set.of()).stream().filter(this::carries).forEach(open::push);
      }
    }
    return found;
  }

  private boolean carries(String name) {
    if (graph.node(name).getOp().equals("StopGradient")) {
      return false;
    }
    int outputs = types.operation(name).numOutputs();
    for (int i = 0; i < outputs; i++) {
      if (isFloating(new TensorRef(name, i))) {
        return true;
      }
    }
    return false;
  }

  private boolean isFloating(TensorRef tensor) {
    return switch (dtype(tensor)) {
      case DT_FLOAT, DT_DOUBLE, DT_HALF, DT_BFLOAT16 -> true;
      default -> false;
    };
  }

  private DataType dtype(TensorRef tensor) {
    return types.operation(tensor.node()).output(tensor.index()).dataType();
  }

  private void refuseUnsupported(Set<String> reads) {
    Map<String, Set<String>> refused = new TreeMap<>();
    for (String name : nodes) {
      String op = graph.node(name).getOp();
      if (!reads.contains(name) && (BROKEN.contains(op) || !tensorflow.TFJ_HasGradient(op))) {
        refused.computeIfAbsent(op, o -> new TreeSet<>()).add(name);
      }
    }
    if (!refused.isEmpty()) {
      throw new EspalierException(
          "The forward function cannot be trained: TensorFlow has no gradient here for "
              + refused.entrySet().stream()
                  .map(e -> describe(e.getKey(), e.getValue()))
                  .collect(Collectors.joining(", "))
              + "; export it without them, or train only parameters above them");
    }
  }

  private static String describe(String op, Set<String> names) {
    String first = names.iterator().next();
    return op
        + " ('"
        + first
        + "'"
        + (names.size() > 1 ? " and " + (names.size() - 1) + " more" : "")
        + ")";
  }

  /** Puts a StopGradient on every edge by which the backward pass would leave the path. */
  private void stopBelow() {
    Map<TensorRef, String> stops = new LinkedHashMap<>();
    for (String name : nodes.stream().sorted().toList()) {
      NodeDef.Builder node = graph.node(name);
      for (int i = 0; i < node.getInputCount(); i++) {
        TensorRef input = TensorRef.parse(node.getInput(i));
        boolean outside = !nodes.contains(input.node());
        if (outside && !CONSTANT.contains(graph.node(input.node()).getOp()) && isFloating(input)) {
          node.setInput(i, stops.computeIfAbsent(input, this::stop));
        }
      }
    }
  }

  private String stop(TensorRef input) {
    NodeDef.Builder stop =
        graph.add("StopGradient", input.node() + "/stop_" + input.index(), input.toString());
    return stop.putAttr("T", GraphEdit.type(dtype(input))).getName();
  }
}
