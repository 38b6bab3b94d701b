package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  private static final Set<String> PRODUCTS = Set.of("MatMul", "BatchMatMulV2");

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
            && spec.active() > 0
            && spec.elements() / spec.block() <= Integer.MAX_VALUE;
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
    for (NodeDef.Builder node : graph.nodesOf(PRODUCTS)) {
      product(node);
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

  /** Of [rows, in] or [..., in] on the left and a kernel, as a matrix, on the right. */
  private void product(NodeDef.Builder node) {
    TensorRef right = TensorRef.parse(node.getInput(1));
    SparseKernel kernel = byRead.get(source(right).node());
    List<Long> sizes = sizes(new TensorRef(node.getName(), 0));
    boolean plain =
        kernel != null
            && !isSet(node, "transpose_a", "adj_x")
            && hasType(node, kernel)
            && isMatrix(right, kernel.spec())
            && sizes.stream().filter(size -> size < 0).count() <= 1
            && sizes.size() >= 2;
    if (plain) {
      boolean transposed = isSet(node, "transpose_b", "adj_y");
      kernel.product(node, node.getInput(0), transposed, sizes);
    }
  }

  private TensorRef source(TensorRef tensor) {
    TensorRef current = tensor;
    while (SAME_ELEMENTS.contains(graph.node(current.node()).getOp())) {
      current = TensorRef.parse(graph.node(current.node()).getInput(0));
    }
    return current;
  }

  private boolean isMatrix(TensorRef tensor, MaskSpec spec) {
    return List.of(spec.rows(), spec.columns()).equals(sizes(tensor));
  }

  /** The sizes of a tensor, −1 for one that is not known; empty if not even their number is. */
  private List<Long> sizes(TensorRef tensor) {
    Operation operation = types.operation(tensor.node());
    List<Long> sizes =
        operation == null ? null : operation.output(tensor.index()).shape().toListOrNull();
    return sizes == null ? List.of() : sizes;
  }

  private static boolean hasType(NodeDef.Builder product, SparseKernel kernel) {
    return product.getAttrOrThrow("T").getType() == kernel.variable().dtype();
  }

  /** Only where nothing else uses the product that makes it. */
  private void gradient(SparseKernel kernel, TensorRef gradient, Map<String, Integer> uses) {
    NodeDef.Builder node = graph.node(gradient.node());
    NodeDef.Builder sum = null;
    int others = uses.getOrDefault(gradient.node(), 0);
    while (SAME_ELEMENTS.contains(node.getOp()) || isOverBatch(node, kernel)) {
      sum = SAME_ELEMENTS.contains(node.getOp()) ? sum : node;
      node = graph.node(TensorRef.parse(node.getInput(0)).node());
      others += uses.get(node.getName()) - 1;
    }
    // In several products, one for each row of a batch, the rows of all are those of one.
    NodeDef.Builder site = sum == null ? node : sum;
    boolean plain =
        others == 0
            && PRODUCTS.contains(node.getOp())
            && isSet(node, "transpose_a", "adj_x")
            && !isSet(node, "transpose_b", "adj_y")
            && hasType(node, kernel)
            && (sum == null
                ? isMatrix(new TensorRef(node.getName(), 0), kernel.spec())
                : haveSameRows(node));
    if (plain) {
      boolean leftIsLate = node.getInput(0).startsWith(TrainGraph.BACKWARD);
      kernel.gradient(site, node.getInput(0), node.getInput(1), leftIsLate);
      masked.add(kernel.variable().name());
    }
  }

  /**
   * Whether a node adds up [..., in, out] to [in, out], as the gradient of a kernel that all rows
   * of a batch are multiplied with: over just the axes that the kernel lacks.
   */
  private boolean isOverBatch(NodeDef.Builder node, SparseKernel kernel) {
    if (!node.getOp().equals("Sum")) {
      return false;
    }
    List<Long> sizes = sizes(TensorRef.parse(node.getInput(0)));
    MaskSpec spec = kernel.spec();
    String axes = graph.node(TensorRef.parse(node.getInput(1)).node()).getOp();
    return axes.equals("BroadcastGradientArgs")
        && sizes.size() > 2
        && sizes
            .subList(sizes.size() - 2, sizes.size())
            .equals(List.of(spec.rows(), spec.columns()))
        && kernel.variable().shape().equals(List.of(spec.rows(), spec.columns()));
  }

  /** Whether both sides of a product have the same axes but for the last one. */
  private boolean haveSameRows(NodeDef.Builder product) {
    List<Long> left = sizes(TensorRef.parse(product.getInput(0)));
    List<Long> right = sizes(TensorRef.parse(product.getInput(1)));
    return left.size() > 2
        && left.size() == right.size()
        && left.stream().noneMatch(size -> size < 0)
        && left.subList(0, left.size() - 1).equals(right.subList(0, right.size() - 1));
  }

  private static boolean isSet(NodeDef.Builder node, String ofMatrices, String ofBatches) {
    String flag = node.getOp().equals("MatMul") ? ofMatrices : ofBatches;
    return node.getAttrOrDefault(flag, GraphEdit.flag(false)).getB();
  }
}
