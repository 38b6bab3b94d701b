package org.espalier.tf.train;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.espalier.api.SeededRandom;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;

/** A few nodes that make {@code y} of {@code x}, [2, 3, ...] or [6, ...], on all rows or some. */
final class RowGraph {
  static final int[] CHOSEN = {1, 2, 5};

  private final GraphEdit graph = new GraphEdit(GraphDef.getDefaultInstance());
  private final List<Long> labels;
  private final Map<String, List<Long>> inputs = new TreeMap<>();

  /** Of so many rows: [batch, sequence]. */
  RowGraph(long batch, long sequence) {
    this.labels = List.of(batch, sequence);
  }

  /** Adds an input that is fed random numbers. */
  RowGraph input(String name, Long... shape) {
    inputs.put(name, List.of(shape));
    NodeDef.Builder node = graph.add("Placeholder", name);
    node.putAttr("dtype", GraphEdit.type(DataType.DT_DOUBLE));
    node.putAttr("shape", GraphEdit.shape(List.of(shape)));
    return this;
  }

  /** Adds a vector of integers. */
  RowGraph integers(String name, Long... values) {
    graph.constant(
        name,
        GraphEdit.integers(DataType.DT_INT32, List.of(values)),
        List.of((long) values.length));
    return this;
  }

  /** Adds an integer. */
  RowGraph integer(String name, int value) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_INT32);
    graph.constant(name, tensor.addIntVal(value), List.of());
    return this;
  }

  /** Adds a node of numbers. */
  NodeDef.Builder op(String op, String name, String... inputs) {
    return node(op, name, inputs).putAttr("T", GraphEdit.type(DataType.DT_DOUBLE));
  }

  /** Adds a node without a type. */
  NodeDef.Builder node(String op, String name, String... inputs) {
    return graph.add(op, name, inputs);
  }

  /** The values of {@code y}. */
  double[] values() {
    return run(graph.toGraphDef(), Optional.empty());
  }

  /** What the pass made: the values of {@code y}, and behind which nodes rows are gathered. */
  record Chosen(List<Double> values, Set<String> gathered) {}

  /** Empty if the pass leaves the graph as it is. */
  Optional<Chosen> chosen() {
    try (Graph types = new Graph()) {
      types.importGraphDef(graph.toGraphDef());
      Logits logits = new Logits(new TensorRef("y", 0), DataType.DT_DOUBLE, labels, 1);
      return ChosenRows.apply(graph, types, logits, List.of(), "")
          .map(m -> new Chosen(chosen(m), gathered()));
    }
  }

  private List<Double> chosen(ChosenRows.Moved moved) {
    return Doubles.asList(run(graph.toGraphDef(), Optional.of(moved.positions())));
  }

  private Set<String> gathered() {
    return graph.nodesOf(Set.of("GatherV2")).stream()
        .map(node -> graph.node(TensorRef.parse(node.getInput(0)).node()))
        .map(node -> node.getOp().equals("Reshape") ? node.getInput(0) : node.getName())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private double[] run(GraphDef nodes, Optional<String> positions) {
    try (Graph runnable = new Graph()) {
      runnable.importGraphDef(nodes);
      try (Session session = new Session(runnable)) {
        Session.Runner runner = session.runner().fetch("y");
        inputs.forEach((name, shape) -> feed(runnable, runner, name, shape));
        positions.ifPresent(name -> runner.feed(name, TInt32.vectorOf(CHOSEN)));
        try (Result result = runner.run()) {
          TFloat64 y = (TFloat64) result.get(0);
          double[] values = new double[(int) y.size()];
          y.asRawTensor().data().asDoubles().read(values);
          return values;
        }
      }
    }
  }

  private static void feed(Graph graph, Session.Runner runner, String name, List<Long> shape) {
    if (graph.operation(name) != null) {
      Shape sizes = Shape.of(shape.stream().mapToLong(Long::longValue).toArray());
      SeededRandom random = SeededRandom.of(4).stream(name);
      double[] values = new double[(int) sizes.size()];
      Arrays.setAll(values, random::normal);
      runner.feed(name, TFloat64.tensorOf(sizes, DataBuffers.of(values)));
    }
  }
}
