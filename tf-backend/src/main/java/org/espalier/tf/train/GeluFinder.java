package org.espalier.tf.train;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleUnaryOperator;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Finds GELUs in a body, however they are written. */
final class GeluFinder {
  private static final double[] POINTS = points();
  private static final int DEPTH = 12;

  private final GraphEdit graph;
  private final Map<String, List<String>> consumers;

  private GeluFinder(GraphEdit graph) {
    this.graph = graph;
    this.consumers = PointwiseRegion.consumers(graph);
  }

  /** Returns the GELUs, one for each node that gives one. */
  static List<Formula> find(GraphEdit graph) {
    GeluFinder finder = new GeluFinder(graph);
    Map<String, Formula> found = new LinkedHashMap<>();
    for (NodeDef.Builder anchor : graph.nodesOf(Set.of("Erf", "Tanh"))) {
      DataType dtype = anchor.getAttrOrThrow("T").getType();
      if (dtype == DataType.DT_FLOAT || dtype == DataType.DT_DOUBLE) {
        finder.around(anchor, dtype).forEach(gelu -> found.putIfAbsent(gelu.site(), gelu));
      }
    }
    return new ArrayList<>(found.values());
  }

  private List<Gelu> around(NodeDef.Builder anchor, DataType dtype) {
    boolean exact = anchor.getOp().equals("Erf");
    DoubleUnaryOperator function = exact ? Gelu::exact : Gelu::tanh;
    for (TensorRef argument : below(anchor)) {
      List<String> sites =
          new PointwiseRegion(graph, consumers, argument, POINTS).nodesThatAre(function, POINTS);
      if (!sites.isEmpty()) {
        return sites.stream().map(site -> new Gelu(site, argument, dtype, exact)).toList();
      }
    }
    return List.of();
  }

  /** The tensors from which the anchor's argument may be computed, nearest first. */
  private List<TensorRef> below(NodeDef.Builder anchor) {
    List<TensorRef> candidates = new ArrayList<>();
    Set<TensorRef> seen = new HashSet<>();
    Deque<TensorRef> open = new ArrayDeque<>(List.of(TensorRef.parse(anchor.getInput(0))));
    while (!open.isEmpty() && candidates.size() < DEPTH) {
      TensorRef tensor = open.poll();
      if (tensor.isControl() || !seen.add(tensor)) {
        continue;
      }
      NodeDef.Builder node = graph.node(tensor.node());
      if (node.getOp().equals("Const")) {
        continue;
      }
      candidates.add(tensor);
      if (Set.of("Mul", "Add", "AddV2", "Neg", "RealDiv", "Pow", "Square").contains(node.getOp())) {
        node.getInputList().forEach(input -> open.add(TensorRef.parse(input)));
      }
    }
    return candidates;
  }

  private static double[] points() {
    double[] points = new double[33];
    for (int i = 0; i < points.length; i++) {
      points[i] = -4 + i * 0.25 + 0.01;
    }
    return points;
  }
}
