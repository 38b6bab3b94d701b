package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.api.EspalierException;

/**
 * A concrete function with every call inlined: one body over shared variables.
 *
 * <p>Control flow ({@code If}, {@code While}, {@code Case}) stays as opaque nodes that name their
 * functions. Nodes are in topological order. Immutable, so safe for use by several threads.
 */
public final class FlatGraph {
  private final String function;
  private final List<FlatArgument> arguments;
  private final Map<String, FlatNode> nodes;
  private final List<FlatOutput> outputs;
  private final Map<String, String> controlOutputs;

  /**
   * Sorts the nodes.
   *
   * @param controlOutputs the function's control outputs by name, each a node's name
   */
  FlatGraph(
      String function,
      List<FlatArgument> arguments,
      Collection<FlatNode> nodes,
      List<FlatOutput> outputs,
      Map<String, String> controlOutputs) {
    this.function = function;
    this.arguments = List.copyOf(arguments);
    this.nodes = sort(function, nodes);
    this.outputs = List.copyOf(outputs);
    this.controlOutputs = Collections.unmodifiableMap(new TreeMap<>(controlOutputs));
  }

  /** The name of the concrete function. */
  public String function() {
    return function;
  }

  /** What the caller feeds, then what is captured, each in the order of the signature. */
  public List<FlatArgument> arguments() {
    return arguments;
  }

  /** All nodes by name, in topological order. */
  public Map<String, FlatNode> nodes() {
    return nodes;
  }

  /** The results in the order of the signature. */
  public List<FlatOutput> outputs() {
    return outputs;
  }

  /** The nodes that run for their effect, by the name of the control output. */
  public Map<String, String> controlOutputs() {
    return controlOutputs;
  }

  /** The names of all nodes that a result or a control output needs. */
  public Set<String> live() {
    Set<String> live = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(controlOutputs.values());
    outputs.forEach(output -> open.push(output.source().node()));
    while (!open.isEmpty()) {
      FlatNode node = nodes.get(open.pop());
      if (node != null && live.add(node.name())) {
        node.inputs().forEach(input -> open.push(input.node()));
        node.controls().forEach(open::push);
      }
    }
    return live;
  }

  private static Map<String, FlatNode> sort(String function, Collection<FlatNode> nodes) {
    Map<String, FlatNode> byName = new LinkedHashMap<>();
    nodes.forEach(node -> byName.put(node.name(), node));
    Map<String, FlatNode> sorted = new LinkedHashMap<>();
    Set<String> entered = new HashSet<>();
    Deque<FlatNode> stack = new ArrayDeque<>();
    for (FlatNode root : nodes) {
      stack.push(root);
      while (!stack.isEmpty()) {
        FlatNode node = stack.peek();
        if (sorted.containsKey(node.name())) {
          stack.pop();
        } else if (entered.add(node.name())) {
          for (String name : predecessors(node)) {
            FlatNode predecessor = byName.get(name);
            if (predecessor != null && !sorted.containsKey(name)) {
              if (entered.contains(name)) {
                throw new EspalierException(
                    "Function '%s' holds a loop through node '%s', which only old-style loops have;"
                            .formatted(function, name)
                        + " export the model with TensorFlow 2 control flow");
              }
              stack.push(predecessor);
            }
          }
        } else {
          stack.pop();
          sorted.put(node.name(), node);
        }
      }
    }
    return Collections.unmodifiableMap(sorted);
  }

  /** In reverse, so that a stack visits the first input first. */
  private static List<String> predecessors(FlatNode node) {
    List<String> names = new ArrayList<>(node.controls());
    Collections.reverse(names);
    for (int i = node.inputs().size() - 1; i >= 0; i--) {
      names.add(node.inputs().get(i).node());
    }
    return names;
  }
}
