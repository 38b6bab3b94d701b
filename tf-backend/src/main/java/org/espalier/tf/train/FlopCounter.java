package org.espalier.tf.train;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.Graph;
import org.tensorflow.proto.NodeDef;

/**
 * Counts the multiplications and additions of products in what a run executes, from static shapes.
 *
 * <p>Matrix products, einsums and convolutions count; elementwise operations do not.
 */
final class FlopCounter {
  /** What a product may take a variable through. */
  private static final Set<String> SAME_ELEMENTS =
      Set.of("Cast", "Identity", "Reshape", "StopGradient", "Transpose");

  private final Graph graph;
  private final Map<String, NodeDef> nodes = new HashMap<>();
  private final Set<String> seen = new HashSet<>();

  /**
   * What a run costs.
   *
   * @param products what the forward pass spends on products with each variable, by the node that
   *     reads it
   */
  record Cost(Flops flops, Map<String, Long> products) {
    /** Returns that of so many runs. */
    Cost times(int runs) {
      Map<String, Long> all = new HashMap<>();
      products.forEach((read, flops) -> all.put(read, Math.multiplyExact(flops, (long) runs)));
      return new Cost(flops.times(runs), all);
    }
  }

  private FlopCounter(Graph graph) {
    this.graph = graph;
    graph.toGraphDef().getNodeList().forEach(node -> nodes.put(node.getName(), node));
  }

  /**
   * Counts what {@code loss} depends on, which is the forward pass, and what only {@code updates}
   * depend on, which is the backward pass; all are node names.
   */
  static Cost count(Graph graph, Collection<String> updates, String loss) {
    FlopCounter counter = new FlopCounter(graph);
    long forward = counter.countAbove(loss);
    Map<String, Long> products = counter.ofVariables();
    long backward = updates.stream().mapToLong(counter::countAbove).sum();
    return new Cost(new Flops(forward, backward), products);
  }

  private Map<String, Long> ofVariables() {
    Map<String, Long> found = new HashMap<>();
    for (String name : seen) {
      NodeDef node = nodes.get(name);
      long flops = flops(node);
      for (int i = 0; flops > 0 && i < node.getInputCount(); i++) {
        found.merge(source(node.getInput(i)), flops, Math::addExact);
      }
    }
    return found;
  }

  private String source(String input) {
    NodeDef node = nodes.get(TensorRef.parse(input).node());
    while (SAME_ELEMENTS.contains(node.getOp())) {
      node = nodes.get(TensorRef.parse(node.getInput(0)).node());
    }
    return node.getName();
  }

  /** Counts the nodes that {@code root} depends on and that were not counted before. */
  private long countAbove(String root) {
    Deque<String> open = new ArrayDeque<>(List.of(root));
    long flops = 0;
    while (!open.isEmpty()) {
      String name = open.pop();
      if (seen.add(name)) {
        NodeDef node = nodes.get(name);
        flops = Math.addExact(flops, flops(node));
        node.getInputList().forEach(input -> open.push(TensorRef.parse(input).node()));
      }
    }
    return flops;
  }

  private long flops(NodeDef node) {
    return switch (node.getOp()) {
      case "MatMul" -> {
        boolean transposed = node.getAttrOrThrow("transpose_a").getB();
        yield 2 * elements(output(node)) * input(node, 0)[transposed ? 0 : 1];
      }
      case "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3" -> {
        long[] left = input(node, 0);
        boolean adjoint = node.getAttrOrThrow("adj_x").getB();
        yield 2 * elements(output(node)) * left[left.length - (adjoint ? 2 : 1)];
      }
      case "Einsum" -> einsum(node);
      case "Conv2D" -> 2 * elements(output(node)) * perOutput(input(node, 1));
      case "Conv2DBackpropInput" -> 2 * elements(input(node, 2)) * perOutput(input(node, 1));
      case "Conv2DBackpropFilter" -> 2 * elements(input(node, 2)) * perOutput(output(node));
      default -> 0;
    };
  }

  /** A filter [height, width, in, out] takes part in height · width · in products an output. */
  private static long perOutput(long[] filter) {
    return filter[0] * filter[1] * filter[2];
  }

  /**
   * Twice the product of the sizes of all labels; those of an ellipsis from the largest operand.
   */
  private long einsum(NodeDef node) {
    String equation = node.getAttrOrThrow("equation").getS().toStringUtf8().replace(" ", "");
    String[] operands = equation.split("->", -1)[0].split(",", -1);
    Map<Character, Long> sizes = new HashMap<>();
    long ellipsis = 1;
    for (int i = 0; i < operands.length; i++) {
      long[] shape = input(node, i);
      String labels = operands[i].replace("...", ".");
      int hidden = shape.length - (labels.length() - 1);
      int axis = 0;
      long product = 1;
      for (int j = 0; j < labels.length(); j++) {
        char label = labels.charAt(j);
        if (label == '.') {
          for (int k = 0; k < hidden; k++) {
            product *= shape[axis++];
          }
        } else {
          sizes.put(label, shape[axis++]);
        }
      }
      ellipsis = Math.max(ellipsis, product);
    }
    return 2 * sizes.values().stream().reduce(ellipsis, Math::multiplyExact);
  }

  private long[] input(NodeDef node, int index) {
    TensorRef ref = TensorRef.parse(node.getInput(index));
    return known(node, graph.operation(ref.node()).output(ref.index()).shape().asArray());
  }

  private long[] output(NodeDef node) {
    return known(node, graph.operation(node.getName()).output(0).shape().asArray());
  }

  private static long[] known(NodeDef node, long[] shape) {
    if (shape == null) {
      throw new IllegalStateException("the shape at '" + node.getName() + "' is not static");
    }
    return shape;
  }

  private static long elements(long[] shape) {
    long elements = 1;
    for (long size : shape) {
      elements = Math.multiplyExact(elements, size);
    }
    return elements;
  }
}
