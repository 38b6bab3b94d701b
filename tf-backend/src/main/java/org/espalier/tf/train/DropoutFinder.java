package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Finds dropout as Python writes it, select(uniform ≥ rate, x/(1 − rate), 0), already stateless,
 * and draws 16 bits an element for it in place of 32.
 *
 * <p>The rate is rounded to k/65536, and the scale is that of the rounded rate, so the expectation
 * stays exactly x.
 */
final class DropoutFinder {
  private static final int LEVELS = 1 << 16;

  private final GraphEdit graph;

  private DropoutFinder(GraphEdit graph) {
    this.graph = graph;
  }

  /** Returns the dropouts, and adds the nodes of their masks. */
  static List<Formula> find(GraphEdit graph) {
    DropoutFinder finder = new DropoutFinder(graph);
    List<Formula> found = new ArrayList<>();
    for (NodeDef.Builder node : graph.nodesOf(Set.of("SelectV2"))) {
      finder.dropout(node).ifPresent(found::add);
    }
    return found;
  }

  private Optional<Formula> dropout(NodeDef.Builder select) {
    DataType dtype = select.getAttrOrThrow("T").getType();
    NodeDef.Builder kept = producer(select, 0);
    NodeDef.Builder scaled = producer(select, 1);
    if (!(dtype == DataType.DT_FLOAT || dtype == DataType.DT_DOUBLE)
        || !kept.getOp().equals("GreaterEqual")
        || !scaled.getOp().equals("Mul")
        || !is(scalar(select, 2), 0)) {
      return Optional.empty();
    }
    NodeDef.Builder uniform = producer(kept, 0);
    OptionalDouble rate = scalar(kept, 1);
    if (!uniform.getOp().equals("StatelessRandomUniformV2") || rate.isEmpty()) {
      return Optional.empty();
    }
    int dropped = (int) Math.round(rate.getAsDouble() * LEVELS);
    if (dropped <= 0 || dropped >= LEVELS) {
      return Optional.empty();
    }
    for (int factor = 0; factor < 2; factor++) {
      if (is(scalar(scaled, factor), 1 / (1 - rate.getAsDouble()))) {
        TensorRef argument = TensorRef.parse(scaled.getInput(1 - factor));
        String mask = new Mask(select.getName() + "/mask/", uniform, dtype).add(dropped);
        return Optional.of(new Dropout(select.getName(), argument, dtype, mask));
      }
    }
    return Optional.empty();
  }

  private NodeDef.Builder producer(NodeDef.Builder node, int input) {
    return graph.node(TensorRef.parse(node.getInput(input)).node());
  }

  private OptionalDouble scalar(NodeDef.Builder node, int input) {
    return PointwiseRegion.scalar(graph, TensorRef.parse(node.getInput(input)));
  }

  private static boolean is(OptionalDouble value, double expected) {
    return value.isPresent() && Math.abs(value.getAsDouble() - expected) <= 1e-6;
  }

  /** The nodes of one mask, of the shape, key and counter of {@code uniform}. */
  private final class Mask {
    private final String prefix;
    private final NodeDef.Builder uniform;
    private final DataType dtype;
    private final DataType sizes;

    Mask(String prefix, NodeDef.Builder uniform, DataType dtype) {
      this.prefix = prefix;
      this.uniform = uniform;
      this.dtype = dtype;
      this.sizes = uniform.getAttrOrThrow("Tshape").getType();
    }

    String add(int dropped) {
      PassWriter pass = PassWriter.inGraph(dtype, prefix);
      String kept = pass.atLeast(bits(), dropped - LEVELS / 2);
      String mask = pass.multiply(kept, (double) LEVELS / (LEVELS - dropped));
      pass.nodes().forEach(node -> graph.put(node.toBuilder()));
      return mask;
    }

    /** Random 16 bit integers of the shape of {@code uniform}, two to each number drawn. */
    private String bits() {
      String shape = uniform.getInput(0);
      NodeDef.Builder product = sized("Prod", "elements", shape, whole("axis", 0));
      String elements = product.putAttr("Tidx", GraphEdit.type(sizes)).getName();
      String above = sized("AddV2", "above", elements, whole("one", 1)).getName();
      String pairs = sized("FloorDiv", "pairs", above, whole("two", 2)).getName();

      NodeDef.Builder drawn =
          graph.add(
              "StatelessRandomUniformFullIntV2",
              prefix + "drawn",
              vector("drawn_shape", pairs),
              uniform.getInput(1),
              uniform.getInput(2),
              uniform.getInput(3));
      drawn.putAttr("dtype", GraphEdit.type(DataType.DT_UINT32));
      drawn.putAttr("Tshape", GraphEdit.type(sizes));
      NodeDef.Builder halves = graph.add("Bitcast", prefix + "halves", drawn.getName());
      halves.putAttr("T", GraphEdit.type(DataType.DT_UINT32));
      halves.putAttr("type", GraphEdit.type(DataType.DT_INT16));
      String flat = reshape("flat", halves.getName(), vector("all", whole("rest", -1)));
      NodeDef.Builder cut =
          graph.add(
              "Slice",
              prefix + "cut",
              flat,
              vector("begin", whole("zero", 0)),
              vector("size", elements));
      cut.putAttr("T", GraphEdit.type(DataType.DT_INT16));
      cut.putAttr("Index", GraphEdit.type(sizes));
      return reshape("bits", cut.getName(), shape);
    }

    private NodeDef.Builder sized(String op, String name, String... inputs) {
      return graph.add(op, prefix + name, inputs).putAttr("T", GraphEdit.type(sizes));
    }

    private String vector(String name, String scalar) {
      NodeDef.Builder pack = sized("Pack", name, scalar).putAttr("N", GraphEdit.number(1));
      return pack.putAttr("axis", GraphEdit.number(0)).getName();
    }

    private String reshape(String name, String tensor, String shape) {
      NodeDef.Builder node = graph.add("Reshape", prefix + name, tensor, shape);
      node.putAttr("T", GraphEdit.type(DataType.DT_INT16));
      return node.putAttr("Tshape", GraphEdit.type(sizes)).getName();
    }

    private String whole(String name, int value) {
      TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(sizes);
      if (sizes == DataType.DT_INT64) {
        tensor.addInt64Val(value);
      } else {
        tensor.addIntVal(value);
      }
      return graph.constant(prefix + name, tensor, List.of());
    }
  }
}
