package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.espalier.api.MaskSpec;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Makes products with sparse kernels of the blocks that are in use alone.
 *
 * <p>Each product is looked at by itself, after differentiation: one of a matrix with a kernel is
 * the same without what is zero, in the forward pass as in the backward pass; of the gradient by a
 * kernel, only what the mask keeps is needed. What is no plain product of matrices stays as it is.
 */
final class BlockProducts {
  /** What leaves the elements and their order. */
  private static final Set<String> SAME_ELEMENTS = Set.of("Identity", "Reshape");

  private final GraphEdit graph;
  private final Graph types;
  private final List<SparseKernel> kernels = new ArrayList<>();
  private final Map<String, SparseKernel> byRead = new HashMap<>();
  private final Map<String, BlockNodes> nodes = new HashMap<>();
  private final Set<String> masked = new HashSet<>();

  /**
   * Prepares the pass.
   *
   * @param types the graph before passes that keep what nodes compute
   */
  BlockProducts(GraphEdit graph, Graph types) {
    this.graph = graph;
    this.types = types;
  }

  /** Adds a kernel whose elements outside the blocks in use are zero, whenever it is read. */
  void add(ModelVariable variable, String read, MaskSpec spec) {
    boolean possible =
        variable.elements() == spec.elements()
            && (variable.dtype() == DataType.DT_FLOAT || variable.dtype() == DataType.DT_DOUBLE)
            && graph.node(read) != null
            && spec.active() > 0;
    if (possible) {
      BlockNodes ofSize =
          nodes.computeIfAbsent(
              variable.dtype() + " " + spec.block(),
              key -> new BlockNodes(graph, variable.dtype(), spec.block(), "blocks/nodes/"));
      String name = "blocks/" + kernels.size() + "/";
      SparseKernel kernel = new SparseKernel(graph, ofSize, variable, spec, read, name);
      kernels.add(kernel);
      byRead.put(read, kernel);
    }
  }

  /**
   * Rewrites the products.
   *
   * @param gradients of trained variables, by name, of which what a mask leaves out is not used
   */
  void apply(Map<String, TensorRef> gradients) {
    Map<String, Integer> uses = uses();
    for (NodeDef.Builder node : graph.nodesOf(List.of("MatMul"))) {
      kernelOf(node)
          .ifPresent(kernel -> kernel.product(node, node.getInput(0), isSet(node, "transpose_b")));
    }
    for (SparseKernel kernel : kernels) {
      TensorRef gradient = gradients.get(kernel.variable().name());
      if (gradient != null && kernel.isUsed()) {
        gradient(kernel, gradient, uses);
      }
    }
  }

  /** The kernels whose blocks some product reads. */
  List<SparseKernel> used() {
    return kernels.stream().filter(SparseKernel::isUsed).toList();
  }

  /** Names of the variables whose gradients have zeros already where their masks do. */
  Set<String> masked() {
    return masked;
  }

  private Map<String, Integer> uses() {
    Map<String, Integer> uses = new HashMap<>();
    for (NodeDef.Builder node : graph.nodes()) {
      node.getInputList().forEach(i -> uses.merge(TensorRef.parse(i).node(), 1, Integer::sum));
    }
    return uses;
  }

  /** Returns the kernel that a product's right side is. */
  private Optional<SparseKernel> kernelOf(NodeDef.Builder product) {
    TensorRef right = TensorRef.parse(product.getInput(1));
    SparseKernel kernel = byRead.get(source(right).node());
    boolean plain =
        kernel != null
            && !isSet(product, "transpose_a")
            && hasType(product, kernel)
            && isMatrix(right, kernel.spec());
    return plain ? Optional.of(kernel) : Optional.empty();
  }

  private TensorRef source(TensorRef tensor) {
    TensorRef current = tensor;
    while (SAME_ELEMENTS.contains(graph.node(current.node()).getOp())) {
      current = TensorRef.parse(graph.node(current.node()).getInput(0));
    }
    return current;
  }

  private boolean isMatrix(TensorRef tensor, MaskSpec spec) {
    Operation operation = types.operation(tensor.node());
    return operation != null
        && List.of(spec.rows(), spec.columns())
            .equals(operation.output(tensor.index()).shape().toListOrNull());
  }

  private static boolean hasType(NodeDef.Builder product, SparseKernel kernel) {
    return product.getAttrOrThrow("T").getType() == kernel.variable().dtype();
  }

  /** Only where nothing else uses the product that makes it. */
  private void gradient(SparseKernel kernel, TensorRef gradient, Map<String, Integer> uses) {
    String top = gradient.node();
    NodeDef.Builder node = graph.node(top);
    int used = uses.getOrDefault(top, 0);
    while (used == 0 && SAME_ELEMENTS.contains(node.getOp())) {
      String below = TensorRef.parse(node.getInput(0)).node();
      used = uses.get(below) - 1;
      node = graph.node(below);
    }
    boolean plain =
        used == 0
            && node.getOp().equals("MatMul")
            && isSet(node, "transpose_a")
            && !isSet(node, "transpose_b")
            && hasType(node, kernel)
            && isMatrix(new TensorRef(node.getName(), 0), kernel.spec());
    if (plain) {
      boolean leftIsLate = node.getInput(0).startsWith(TrainGraph.BACKWARD);
      kernel.gradient(node, node.getInput(0), node.getInput(1), leftIsLate);
      masked.add(kernel.variable().name());
    }
  }

  private static boolean isSet(NodeDef.Builder node, String flag) {
    return node.getAttrOrDefault(flag, GraphEdit.flag(false)).getB();
  }
}
