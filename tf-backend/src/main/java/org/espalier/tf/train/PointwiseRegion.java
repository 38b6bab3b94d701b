package org.espalier.tf.train;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleUnaryOperator;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * What a body computes from one tensor and scalars alone, element by element: the values of all
 * those nodes at a few sample points. Functions are recognised by value, not by how they are
 * written.
 */
final class PointwiseRegion {
  private static final int LIMIT = 48;

  private final GraphEdit graph;
  private final Map<String, double[]> values = new LinkedHashMap<>();
  private final int samples;

  /** Grows the region of {@code argument}, which has the values {@code points}. */
  PointwiseRegion(
      GraphEdit graph, Map<String, List<String>> consumers, TensorRef argument, double[] points) {
    this.graph = graph;
    this.samples = points.length;
    values.put(argument.toString(), points);
    Deque<String> open = new ArrayDeque<>(consumersOf(consumers, argument.node()));
    Map<String, Integer> tried = new HashMap<>();
    while (!open.isEmpty() && values.size() < LIMIT) {
      NodeDef.Builder node = graph.node(open.pop());
      // A node is met once for each operand that is in the region, so no more often than that.
      if (values.containsKey(node.getName()) || tried.merge(node.getName(), 1, Integer::sum) > 4) {
        continue;
      }
      double[] value = evaluate(node);
      if (value.length > 0) {
        values.put(node.getName(), value);
        open.addAll(consumersOf(consumers, node.getName()));
      }
    }
  }

  /** Consumers of each node by its name. */
  static Map<String, List<String>> consumers(GraphEdit graph) {
    Map<String, List<String>> consumers = new HashMap<>();
    for (NodeDef.Builder node : graph.nodes()) {
      for (String input : node.getInputList()) {
        consumers
            .computeIfAbsent(TensorRef.parse(input).node(), n -> new ArrayList<>())
            .add(node.getName());
      }
    }
    return consumers;
  }

  private static Collection<String> consumersOf(Map<String, List<String>> consumers, String node) {
    return consumers.getOrDefault(node, List.of());
  }

  /** Returns the nodes that have the values of {@code function}. */
  List<String> nodesThatAre(DoubleUnaryOperator function, double[] points) {
    List<String> found = new ArrayList<>();
    values.forEach(
        (node, value) -> {
          boolean same = true;
          for (int i = 0; i < points.length && same; i++) {
            double expected = function.applyAsDouble(points[i]);
            same = Math.abs(value[i] - expected) <= 2e-6 * (1 + Math.abs(expected));
          }
          if (same) {
            found.add(node);
          }
        });
    return found;
  }

  private double[] evaluate(NodeDef.Builder node) {
    List<double[]> operands = new ArrayList<>();
    for (String input : node.getInputList()) {
      double[] operand = operand(TensorRef.parse(input));
      if (operand.length == 0) {
        return operand;
      }
      operands.add(operand);
    }
    double[] result = new double[samples];
    for (int i = 0; i < samples; i++) {
      double a = operands.get(0)[i];
      double b = operands.size() > 1 ? operands.get(1)[i] : 0;
      switch (node.getOp()) {
        case "Mul" -> result[i] = a * b;
        case "Add", "AddV2" -> result[i] = a + b;
        case "Sub" -> result[i] = a - b;
        case "RealDiv" -> result[i] = a / b;
        case "Pow" -> result[i] = Math.pow(a, b);
        case "Neg" -> result[i] = -a;
        case "Square" -> result[i] = a * a;
        case "Tanh" -> result[i] = Math.tanh(a);
        case "Erf" -> result[i] = Erf.of(a);
        case "Identity" -> result[i] = a;
        default -> {
          return new double[0];
        }
      }
    }
    return result;
  }

  private double[] operand(TensorRef ref) {
    double[] known = values.get(ref.toString());
    if (known != null) {
      return known;
    }
    OptionalDouble scalar = scalar(graph, ref);
    if (scalar.isEmpty()) {
      return new double[0];
    }
    double[] constant = new double[samples];
    Arrays.fill(constant, scalar.getAsDouble());
    return constant;
  }

  /** Returns the value of a floating scalar constant. */
  static OptionalDouble scalar(GraphEdit graph, TensorRef ref) {
    NodeDef.Builder node = ref.isControl() ? null : graph.node(ref.node());
    if (node == null || !node.getOp().equals("Const")) {
      return OptionalDouble.empty();
    }
    TensorProto value = node.getAttrOrThrow("value").getTensor();
    if (value.getTensorShape().getDimCount() != 0) {
      return OptionalDouble.empty();
    }
    if (value.getDtype() == DataType.DT_FLOAT) {
      return OptionalDouble.of(
          value.getFloatValCount() > 0 ? value.getFloatVal(0) : little(value).getFloat());
    }
    if (value.getDtype() == DataType.DT_DOUBLE) {
      return OptionalDouble.of(
          value.getDoubleValCount() > 0 ? value.getDoubleVal(0) : little(value).getDouble());
    }
    return OptionalDouble.empty();
  }

  private static ByteBuffer little(TensorProto value) {
    ByteBuffer bytes = ByteBuffer.allocate(8);
    bytes.order(ByteOrder.LITTLE_ENDIAN);
    byte[] content = value.getTensorContent().toByteArray();
    bytes.put(content, 0, Math.min(8, content.length));
    return bytes.rewind();
  }
}
