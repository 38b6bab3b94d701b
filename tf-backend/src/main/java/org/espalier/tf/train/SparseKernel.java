package org.espalier.tf.train;

import java.util.List;
import org.espalier.api.MaskSpec;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * A kernel W [in, out] in the graph of which products take the blocks that are in use, one product
 * a block.
 *
 * <p>With block k in row i(k) and column j(k) of the grid, and matrices cut into blocks of columns:
 *
 * <pre>
 *   X·W:   Y[j]  = Σ over k with j(k) = j of X[i(k)]·W[k]
 *   Y·Wᵀ:  X[i]  = Σ over k with i(k) = i of Y[j(k)]·W[k]ᵀ
 *   Xᵀ·Y at block k: X[i(k)]ᵀ·Y[j(k)]
 * </pre>
 */
final class SparseKernel {
  private final GraphEdit graph;
  private final BlockNodes nodes;
  private final ModelVariable variable;
  private final MaskSpec spec;
  private final String read;
  private final String name;
  private String values = "";
  private String pieces = "";

  /**
   * Prepares a kernel; nodes are added with the first product.
   *
   * @param nodes of its block size and type
   * @param read the node that reads it
   * @param name what the names of nodes of its own start with
   */
  SparseKernel(
      GraphEdit graph,
      BlockNodes nodes,
      ModelVariable variable,
      MaskSpec spec,
      String read,
      String name) {
    this.graph = graph;
    this.nodes = nodes;
    this.variable = variable;
    this.spec = spec;
    this.read = read;
    this.name = name;
  }

  ModelVariable variable() {
    return variable;
  }

  MaskSpec spec() {
    return spec;
  }

  /** The node of the variable that tells which blocks are in use; see {@link KernelBlocks}. */
  String handle() {
    return name + "blocks";
  }

  /** Whether some product reads the blocks. */
  boolean isUsed() {
    return !values.isEmpty();
  }

  /**
   * Makes {@code site} the product of a matrix with this kernel, or with its transpose.
   *
   * @param sizes of the product, −1 where it is not known
   */
  void product(NodeDef.Builder site, String matrix, boolean transposed, List<Long> sizes) {
    use();
    long from = transposed ? columns() : rows();
    long to = transposed ? rows() : columns();
    String picked =
        nodes.picked(
            nodes.columns(matrix, from),
            index(transposed ? KernelBlocks.COLUMN : KernelBlocks.ROW));
    String products = nodes.products(picked, values, false, transposed);
    String order = transposed ? index(KernelBlocks.PLACE_BY_ROW) : nodes.counted(spec.active());
    String column = index(transposed ? KernelBlocks.ROW_BY_ROW : KernelBlocks.COLUMN);
    String sums = nodes.sums(products, spec.active(), order, column, to);
    nodes.matrix(site, sums, sizes);
  }

  /**
   * Makes {@code site} the product leftᵀ·right, of this kernel's shape, at the blocks in use, and
   * zero elsewhere.
   *
   * @param leftIsLate whether left, not right, is of the backward pass: what is picked of the other
   *     is made again rather than held from the forward pass on
   */
  void gradient(NodeDef.Builder site, String left, String right, boolean leftIsLate) {
    use();
    String leftBlocks = nodes.columns(left, rows());
    String rightBlocks = nodes.columns(right, columns());
    String x =
        leftIsLate
            ? nodes.picked(leftBlocks, index(KernelBlocks.ROW))
            : nodes.pickedAfter(leftBlocks, index(KernelBlocks.ROW), rightBlocks);
    String y =
        leftIsLate
            ? nodes.pickedAfter(rightBlocks, index(KernelBlocks.COLUMN), leftBlocks)
            : nodes.picked(rightBlocks, index(KernelBlocks.COLUMN));
    String blocks = nodes.products(x, y, true, false);
    nodes.scattered(site, blocks, pieces, spec.rows(), spec.columns());
  }

  private void use() {
    if (isUsed()) {
      return;
    }
    NodeDef.Builder handle = graph.add("VarHandleOp", handle());
    ModelVariable held = KernelBlocks.variable(variable, spec);
    handle.putAttr("dtype", GraphEdit.type(held.dtype()));
    handle.putAttr("shape", GraphEdit.shape(held.shape()));
    handle.putAttr("shared_name", GraphEdit.text(handle()));
    NodeDef.Builder numbers = graph.add("ReadVariableOp", name + "read", handle());
    numbers.putAttr("dtype", GraphEdit.type(held.dtype()));
    NodeDef.Builder rows = graph.add("Unpack", indexes(), numbers.getName());
    rows.putAttr("T", GraphEdit.type(DataType.DT_INT32));
    rows.putAttr("num", GraphEdit.number(KernelBlocks.ROWS)).putAttr("axis", GraphEdit.number(0));
    pieces = nodes.pieces(index(KernelBlocks.FIRST_PIECE), spec.blockColumns());
    values = nodes.taken(read, pieces, spec.active());
  }

  private String indexes() {
    return name + "rows";
  }

  private String index(int row) {
    return new TensorRef(indexes(), row).toString();
  }

  private long rows() {
    return spec.rows() / spec.block();
  }

  private long columns() {
    return spec.blockColumns();
  }
}
