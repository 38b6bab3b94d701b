package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

@DisplayName("The gather of chosen rows")
final class ChosenRowsTest {
  private static final AttrValue INT = GraphEdit.type(DataType.DT_INT32);

  private static Arguments of(String name, long batch, long sequence, Consumer<RowGraph> nodes) {
    return Arguments.of(name, batch, sequence, nodes);
  }

  static Stream<Arguments> rowsKeptApart() {
    return Stream.of(
        of("tanh", 2, 3, g -> g.input("x", 2L, 3L, 4L).op("Tanh", "y", "x")),
        of("bias", 2, 3, g -> g.input("x", 6L, 4L).input("w", 4L).op("BiasAdd", "y", "x", "w")),
        of("softmax", 2, 3, g -> g.input("x", 2L, 3L, 4L).op("Softmax", "y", "x")),
        of("vector", 2, 3, g -> g.input("x", 2L, 3L, 4L).input("w", 4L).op("Mul", "y", "x", "w")),
        of(
            "vector with axes of size 1",
            2,
            3,
            g -> g.input("x", 2L, 3L, 4L).input("w", 1L, 1L, 4L).op("Mul", "y", "w", "x")),
        of(
            "other shape of the rows",
            2,
            3,
            g -> g.input("x", 1L, 6L, 4L).input("x2", 6L, 4L).op("Sub", "y", "x", "x2")),
        of("square matrix by elements", 2, 3, g -> g.input("x", 2L, 3L).op("Exp", "y", "x")),
        of(
            "mean of a row",
            2,
            3,
            g ->
                g.input("x", 2L, 3L, 4L)
                    .integers("axes", 2L)
                    .op("Mean", "y", "x", "axes")
                    .putAttr("Tidx", INT)
                    .putAttr("keep_dims", GraphEdit.flag(true))),
        of(
            "sum over both axes of a row",
            2,
            3,
            g ->
                g.input("x", 6L, 4L, 5L)
                    .integers("axes", -1L, 1L)
                    .op("Sum", "y", "x", "axes")
                    .putAttr("Tidx", INT)),
        of(
            "reshape",
            2,
            3,
            g ->
                g.input("x", 2L, 3L, 4L)
                    .integers("shape", -1L, 2L, 2L)
                    .op("Reshape", "y", "x", "shape")
                    .putAttr("Tshape", INT)),
        of(
            "squeeze",
            2,
            3,
            g ->
                g.input("x", 2L, 3L, 1L, 4L)
                    .op("Squeeze", "y", "x")
                    .putAttr("squeeze_dims", dims(2))),
        of(
            "transpose of a row",
            2,
            3,
            g ->
                g.input("x", 2L, 3L, 4L, 5L)
                    .integers("order", 0L, 1L, 3L, 2L)
                    .op("Transpose", "y", "x", "order")
                    .putAttr("Tperm", INT)),
        of(
            "matrix",
            2,
            3,
            g ->
                g.input("x", 6L, 4L)
                    .input("w", 5L, 4L)
                    .op("MatMul", "y", "x", "w")
                    .putAttr("transpose_b", GraphEdit.flag(true))),
        of("batch", 2, 3, g -> product(g, List.of(2L, 3L, 4L), false, 4L, 5L)),
        of("batch, transposed", 2, 3, g -> product(g, List.of(2L, 3L, 4L), true, 1L, 5L, 4L)),
        of("dense", 2, 3, g -> einsum(g, "abc,cd->abd", 4L, 5L)),
        of("dense after an ellipsis", 2, 3, g -> einsum(g, "...c,cd->...d", 4L, 5L)),
        of("several axes", 2, 3, g -> einsum(g, "abc,cde->abde", 4L, 5L, 2L)),
        of("weights first", 2, 3, g -> einsum(g, "dc,abc->abd", true, 5L, 4L)));
  }

  static Stream<Arguments> rowsMixed() {
    return Stream.of(
        of("unknown op", 2, 3, g -> g.input("x", 2L, 3L, 4L).op("Digamma", "y", "x")),
        of("softmax over positions", 2, 3, g -> g.input("x", 2L, 3L).op("Softmax", "y", "x")),
        of(
            "another vector at each position",
            2,
            3,
            g -> g.input("x", 2L, 3L, 4L).input("w", 3L, 4L).op("Mul", "y", "x", "w")),
        of(
            "another vector in each sequence",
            2,
            3,
            g -> g.input("x", 2L, 3L, 4L).input("w", 2L, 1L, 4L).op("Mul", "y", "x", "w")),
        of(
            "mean over positions",
            2,
            3,
            g ->
                g.input("x", 2L, 3L, 2L, 3L)
                    .integers("axes", 0L, 1L)
                    .op("Mean", "y", "x", "axes")
                    .putAttr("Tidx", INT)),
        of(
            "mean over unknown axes",
            2,
            3,
            g -> {
              g.input("x", 2L, 3L, 4L).integers("two", 2L);
              g.op("Abs", "axes", "two").putAttr("T", INT);
              g.op("Mean", "y", "x", "axes").putAttr("Tidx", INT);
            }),
        of(
            "batch and sequence changed over",
            3,
            3,
            g ->
                g.input("x", 3L, 3L, 4L)
                    .integers("order", 1L, 0L, 2L)
                    .op("Transpose", "y", "x", "order")
                    .putAttr("Tperm", INT)),
        of("bias of channels first", 2, 3, g -> channelsFirst(g)),
        of(
            "product over positions",
            3,
            3,
            g -> g.input("x", 3L, 3L).input("w", 3L, 3L).op("MatMul", "y", "x", "w")),
        of(
            "transposed product",
            2,
            3,
            g ->
                g.input("x", 6L, 6L)
                    .input("w", 6L, 5L)
                    .op("MatMul", "y", "x", "w")
                    .putAttr("transpose_a", GraphEdit.flag(true))),
        of(
            "weights of each sequence",
            2,
            3,
            g -> product(g, List.of(2L, 3L, 4L), false, 2L, 4L, 5L)),
        of("batch over positions", 3, 6, g -> product(g, List.of(3L, 3L, 2L), false, 2L, 2L)),
        of("dense per sequence", 2, 3, g -> einsum(g, "abc,acd->abd", 2L, 4L, 5L)),
        of("dense, axes changed over", 3, 3, g -> square(g, "bac,cd->abd")),
        of("dense over positions", 3, 3, g -> square(g, "adc,bd->abc")));
  }

  private static AttrValue dims(long axis) {
    return AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder().addI(axis)).build();
  }

  private static void product(RowGraph graph, List<Long> x, boolean transposed, Long... w) {
    graph.input("x", x.toArray(Long[]::new)).input("w", w);
    graph.op("BatchMatMulV2", "y", "x", "w").putAttr("adj_y", GraphEdit.flag(transposed));
  }

  private static void einsum(RowGraph graph, String equation, Long... w) {
    einsum(graph, equation, false, w);
  }

  private static void einsum(RowGraph graph, String equation, boolean swapped, Long... w) {
    graph.input("x", 2L, 3L, 4L).input("w", w);
    String[] operands = swapped ? new String[] {"w", "x"} : new String[] {"x", "w"};
    graph
        .op("Einsum", "y", operands)
        .putAttr("equation", GraphEdit.text(equation))
        .putAttr("N", GraphEdit.number(2));
  }

  private static void square(RowGraph graph, String equation) {
    graph.input("x", 3L, 3L, 3L).input("w", 3L, 3L);
    graph
        .op("Einsum", "y", "x", "w")
        .putAttr("equation", GraphEdit.text(equation))
        .putAttr("N", GraphEdit.number(2));
  }

  private static void channelsFirst(RowGraph graph) {
    graph
        .input("x", 2L, 3L, 4L, 5L)
        .input("w", 3L)
        .op("BiasAdd", "y", "x", "w")
        .putAttr("data_format", GraphEdit.text("NCHW"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rowsKeptApart")
  void passesWhatKeepsRowsApart(String name, long batch, long sequence, Consumer<RowGraph> nodes) {
    RowGraph graph = new RowGraph(batch, sequence);
    nodes.accept(graph);
    double[] all = graph.values();
    RowGraph.Chosen chosen = graph.chosen().orElseThrow();
    assertThat(chosen.gathered()).isNotEmpty().doesNotContain("y", "w");
    assertRows(chosen, all, (int) (batch * sequence));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rowsMixed")
  void doesNotPassWhatMixesRows(String name, long batch, long sequence, Consumer<RowGraph> nodes) {
    RowGraph graph = new RowGraph(batch, sequence);
    nodes.accept(graph);
    assertThat(graph.chosen()).isEmpty();
  }

  @Test
  void stopsBehindWhatMixesRows() {
    RowGraph graph = new RowGraph(2, 3).input("x", 2L, 3L, 4L).integers("axis", 1L);
    graph.op("ReverseV2", "mixed", "x", "axis").putAttr("Tidx", INT);
    graph.op("Tanh", "tanh", "mixed");
    graph.op("Softmax", "y", "tanh");
    double[] all = graph.values();
    RowGraph.Chosen chosen = graph.chosen().orElseThrow();
    assertThat(chosen.gathered()).isEqualTo(Set.of("mixed"));
    assertRows(chosen, all, 6);
  }

  @Test
  void stopsBehindWhatIsNeededWholeToo() {
    RowGraph graph = new RowGraph(2, 3).input("x", 2L, 3L, 4L).integers("axes", 0L, 1L);
    graph.op("Tanh", "hidden", "x");
    graph.op("Sum", "ofAll", "hidden", "axes").putAttr("Tidx", INT);
    graph.op("Mul", "scaled", "hidden", "ofAll");
    graph.op("Softmax", "y", "scaled");
    double[] all = graph.values();
    RowGraph.Chosen chosen = graph.chosen().orElseThrow();
    assertThat(chosen.gathered()).isEqualTo(Set.of("hidden"));
    assertRows(chosen, all, 6);
  }

  @Test
  void needsNoTensorForItsShapeAlone() {
    RowGraph graph = new RowGraph(2, 3).input("x", 2L, 3L, 4L);
    graph.op("Tanh", "hidden", "x");
    graph.op("Shape", "shape", "hidden").putAttr("out_type", INT);
    graph.integers("flat", -1L, 4L);
    graph.op("Reshape", "rows", "hidden", "flat").putAttr("Tshape", INT);
    graph.op("Reshape", "y", "rows", "shape").putAttr("Tshape", INT);
    double[] all = graph.values();
    RowGraph.Chosen chosen = graph.chosen().orElseThrow();
    assertThat(chosen.gathered()).isEqualTo(Set.of("x"));
    assertRows(chosen, all, 6);
  }

  /** With order and sizes of axes put together in the graph, as of a tensor of any rank. */
  @Test
  void passesADenseLayerAsKerasTwoWritesIt() {
    RowGraph graph = new RowGraph(2, 3).input("x", 2L, 3L, 4L).input("w", 4L, 5L).input("b", 5L);
    graph.integers("free", 0L, 1L).integers("axes", 2L).integers("out", 5L).integer("zero", 0);
    graph.op("Tanh", "hidden", "x");
    graph.op("Shape", "shape", "hidden").putAttr("out_type", INT);
    List<String> parts = List.of("free", "axes");
    for (String part : parts) {
      NodeDef.Builder sizes = graph.node("GatherV2", part + "/sizes", "shape", part, "zero");
      sizes.putAttr("Tparams", INT).putAttr("Tindices", INT).putAttr("Taxis", INT);
      NodeDef.Builder size = graph.node("Prod", part + "/size", part + "/sizes", "zero");
      size.putAttr("T", INT).putAttr("Tidx", INT);
    }
    NodeDef.Builder order = graph.node("ConcatV2", "order", "free", "axes", "zero");
    order.putAttr("N", GraphEdit.number(2)).putAttr("T", INT).putAttr("Tidx", INT);
    NodeDef.Builder matrix = graph.node("Pack", "matrix", "free/size", "axes/size");
    matrix.putAttr("N", GraphEdit.number(2)).putAttr("T", INT);
    NodeDef.Builder wide = graph.node("ConcatV2", "wide", "free/sizes", "out", "zero");
    wide.putAttr("N", GraphEdit.number(2)).putAttr("T", INT).putAttr("Tidx", INT);

    graph.op("Transpose", "ordered", "hidden", "order").putAttr("Tperm", INT);
    graph.op("Reshape", "rows", "ordered", "matrix").putAttr("Tshape", INT);
    graph.op("MatMul", "product", "rows", "w");
    graph.op("Reshape", "unflat", "product", "wide").putAttr("Tshape", INT);
    graph.op("BiasAdd", "y", "unflat", "b");
    double[] all = graph.values();
    RowGraph.Chosen chosen = graph.chosen().orElseThrow();
    assertThat(chosen.gathered()).isEqualTo(Set.of("x"));
    assertRows(chosen, all, 6);
  }

  private static void assertRows(RowGraph.Chosen chosen, double[] all, int rows) {
    int row = all.length / rows;
    assertThat(chosen.values()).hasSize(RowGraph.CHOSEN.length * row);
    for (int i = 0; i < chosen.values().size(); i++) {
      double expected = all[RowGraph.CHOSEN[i / row] * row + i % row];
      assertThat(chosen.values().get(i)).isCloseTo(expected, within(1e-12));
    }
  }
}
