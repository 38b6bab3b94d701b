package org.espalier.tf.train;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Adds the nodes of products by blocks of one size and element type.
 *
 * <p>A matrix [rows, count · block] is seen as blocks of columns, [count, rows, block], so that one
 * that is picked lies in one piece. The number of rows need not be known, and they may have several
 * axes.
 */
final class BlockNodes {
  private static final AttrValue INDEX = GraphEdit.type(DataType.DT_INT32);

  private final GraphEdit graph;
  private final AttrValue type;
  private final long block;
  private final String prefix;

  /** Nodes that several products share, by what they are made of. */
  private final Map<String, String> shared = new HashMap<>();

  BlockNodes(GraphEdit graph, DataType type, int block, String prefix) {
    this.graph = graph;
    this.type = GraphEdit.type(type);
    this.block = block;
    this.prefix = prefix;
  }

  /** Returns the blocks of columns of a matrix, made once. */
  String columns(String matrix, long count) {
    return shared.computeIfAbsent(
        matrix, m -> transposed("columns", reshaped("cut", m, -1, count, block)));
  }

  /** Returns the blocks that {@code index} lists, made once. */
  String picked(String blocks, String index) {
    return shared.computeIfAbsent(
        blocks + " " + index, key -> gathered("picked", blocks, index).getName());
  }

  /** Returns the same, made anew once {@code after} is there, to be held for as short as it can. */
  String pickedAfter(String blocks, String index, String after) {
    NodeDef.Builder node = gathered("picked_late", blocks, index);
    return node.addInput("^" + TensorRef.parse(after).node()).getName();
  }

  /** A product of each of the blocks with another. */
  String products(String left, String right, boolean transposeLeft, boolean transposeRight) {
    NodeDef.Builder node = add("BatchMatMulV2", "products", left, right).putAttr("T", type);
    node.putAttr("adj_x", GraphEdit.flag(transposeLeft));
    return node.putAttr("adj_y", GraphEdit.flag(transposeRight)).getName();
  }

  /**
   * Returns sums of products, as blocks of columns.
   *
   * @param products [products, rows, block]
   * @param order in which they are taken
   * @param column which each of those so ordered is added to, ascending
   */
  String sums(String products, long number, String order, String column, long count) {
    String flat = reshaped("flat", products, number, -1);
    String columns = integers("count", List.of(count), List.of());
    NodeDef.Builder sums =
        add("SparseSegmentSumWithNumSegments", "sums", flat, order, column, columns);
    sums.putAttr("T", type).putAttr("Tidx", INDEX);
    sums.putAttr("Tsegmentids", INDEX).putAttr("Tnumsegments", INDEX);
    return reshaped("column_sums", sums.getName(), count, -1, block);
  }

  /** Makes {@code site} the matrix of blocks of columns, in the shape of {@code sizes}. */
  void matrix(NodeDef.Builder site, String blocks, List<Long> sizes) {
    reshape(site, transposed("rows", blocks), sizes.stream().mapToLong(s -> s).toArray());
  }

  /**
   * Returns the numbers of the pieces of a matrix, {@code block} elements each, that blocks hold.
   *
   * @param first the number of each block's first piece
   * @param columns how many pieces a row of the matrix has
   * @return int32, [blocks · block]
   */
  String pieces(String first, long columns) {
    String steps =
        integers(
            "steps",
            LongStream.range(0, block).map(row -> row * columns).boxed().toList(),
            List.of(block));
    NodeDef.Builder column = add("Reshape", "first_column", first, shape("first_column", -1, 1));
    column.putAttr("T", INDEX).putAttr("Tshape", GraphEdit.type(DataType.DT_INT64));
    NodeDef.Builder sum = add("AddV2", "pieces", column.getName(), steps).putAttr("T", INDEX);
    NodeDef.Builder flat = add("Reshape", "flat_pieces", sum.getName(), shape("flat_pieces", -1));
    flat.putAttr("T", INDEX).putAttr("Tshape", GraphEdit.type(DataType.DT_INT64));
    return flat.getName();
  }

  /** Returns blocks of a matrix, [number, block, block], by their {@link #pieces}. */
  String taken(String matrix, String pieces, long number) {
    String cut = reshaped("matrix_pieces", matrix, -1, block);
    String taken = gathered("taken", cut, pieces).getName();
    return reshaped("kernel_blocks", taken, number, block, block);
  }

  /** Makes {@code site} a matrix of blocks by their {@link #pieces}, with zeros elsewhere. */
  void scattered(NodeDef.Builder site, String blocks, String pieces, long rows, long columns) {
    String column = add("Reshape", "piece_column", pieces, shape("piece_column", -1, 1)).getName();
    graph.node(column).putAttr("T", INDEX).putAttr("Tshape", GraphEdit.type(DataType.DT_INT64));
    String flat = reshaped("block_pieces", blocks, -1, block);
    String size = integers("size", List.of(rows * columns / block, block), List.of(2L));
    NodeDef.Builder node = add("ScatterNd", "scattered", column, flat, size);
    node.putAttr("T", type).putAttr("Tindices", INDEX);
    reshape(site, node.getName(), rows, columns);
  }

  /** Returns the numbers 0, 1, … below {@code end}. */
  String counted(long end) {
    List<Long> numbers = LongStream.range(0, end).boxed().toList();
    return shared.computeIfAbsent(
        "counted " + end, key -> integers("counted", numbers, List.of(end)));
  }

  private NodeDef.Builder gathered(String name, String from, String index) {
    String axis = integers(name + "/axis", List.of(0L), List.of());
    NodeDef.Builder node = add("GatherV2", name, from, index, axis);
    return node.putAttr("Tparams", type).putAttr("Tindices", INDEX).putAttr("Taxis", INDEX);
  }

  private String transposed(String name, String blocks) {
    String order = integers(name + "/order", List.of(1L, 0L, 2L), List.of(3L));
    NodeDef.Builder node = add("Transpose", name, blocks, order);
    return node.putAttr("T", type).putAttr("Tperm", INDEX).getName();
  }

  private String reshaped(String name, String tensor, long... sizes) {
    NodeDef.Builder node = add("Reshape", name);
    reshape(node, tensor, sizes);
    return node.getName();
  }

  private void reshape(NodeDef.Builder node, String tensor, long... sizes) {
    List<String> ordering = node.getInputList().stream().filter(i -> i.startsWith("^")).toList();
    node.setOp("Reshape").clearInput().clearAttr();
    node.addInput(tensor).addInput(shape(name(node), sizes)).addAllInput(ordering);
    node.putAttr("T", type).putAttr("Tshape", GraphEdit.type(DataType.DT_INT64));
  }

  private static String name(NodeDef.Builder node) {
    return node.getName().substring(node.getName().lastIndexOf('/') + 1);
  }

  private String shape(String name, long... sizes) {
    return graph.vector(prefix + name + "/shape", LongStream.of(sizes).boxed().toList());
  }

  private String integers(String name, List<Long> values, List<Long> shape) {
    return graph.constant(prefix + name, GraphEdit.integers(DataType.DT_INT32, values), shape);
  }

  private NodeDef.Builder add(String op, String name, String... inputs) {
    return graph.add(op, prefix + name, inputs);
  }
}
