package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Output;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt64;

final class DropoutFinderTest {
  private static final long ROWS = 301;
  private static final long COLUMNS = 333;
  private static final float SCALE = 65536f / (65536 - 6554);

  /** What came out for x = 1 and ∂y = 1. */
  // Only its parts are compared, never the record.
  @SuppressWarnings("ArrayRecordComponent")
  private record Drawn(float[] y, float[] gradient) {}

  @Test
  @DisplayName("Elements are dropped at the rate, the others scaled, and the gradient follows")
  void dropsAtTheRate() {
    Drawn drawn = draw(1);
    int dropped = 0;
    for (float value : drawn.y()) {
      assertThat(value == 0 || Math.abs(value - SCALE) < 1e-6).as("%s", value).isTrue();
      dropped += value == 0 ? 1 : 0;
    }
    double rate = (double) dropped / drawn.y().length;
    assertThat(rate).isCloseTo(0.1, within(0.004));
    assertThat(drawn.gradient()).isEqualTo(drawn.y());
  }

  @Test
  @DisplayName("A step draws the same again, another step does not; neighbours are independent")
  void dependsOnTheStep() {
    float[] y = draw(1).y();
    assertThat(draw(1).y()).isEqualTo(y);
    assertThat(draw(2).y()).isNotEqualTo(y);
    int both = 0;
    for (int i = 0; i + 1 < y.length; i += 2) {
      both += y[i] == 0 && y[i + 1] == 0 ? 1 : 0;
    }
    assertThat(both / (y.length / 2.0))
        .as("pairs that share a draw")
        .isCloseTo(0.01, within(0.002));
  }

  private static Drawn draw(long step) {
    GraphEdit graph = new GraphEdit(GraphDef.getDefaultInstance());
    placeholder(graph, "x", DataType.DT_FLOAT, List.of(ROWS, COLUMNS));
    placeholder(graph, "dy", DataType.DT_FLOAT, List.of(ROWS, COLUMNS));
    NodeDef.Builder shape = graph.add("Shape", "shape", "x");
    shape.putAttr("T", GraphEdit.type(DataType.DT_FLOAT));
    shape.putAttr("out_type", GraphEdit.type(DataType.DT_INT32));
    NodeDef.Builder random = graph.add("RandomUniform", "uniform", "shape");
    random.putAttr("T", GraphEdit.type(DataType.DT_INT32));
    random.putAttr("dtype", GraphEdit.type(DataType.DT_FLOAT));
    StatelessRandom.apply(graph, 7);
    typed(graph, "GreaterEqual", "kept", "uniform", number(graph, 0.1f));
    typed(graph, "Mul", "scaled", "x", number(graph, (float) (1 / 0.9)));
    typed(graph, "SelectV2", "y", "kept", "scaled", number(graph, 0));

    List<Formula> formulas = DropoutFinder.find(graph);
    assertThat(formulas).extracting(Formula::site).containsExactly("y");
    Surrogates.insert(graph, formulas);
    List<String> roots = new ArrayList<>(List.of("y", "dy"));
    roots.addAll(formulas.get(0).extras());
    graph.keepAncestorsOf(roots);
    GraphEdit resolved;
    String gradient;
    try (Graph differentiated = new Graph()) {
      differentiated.importGraphDef(graph.toGraphDef());
      gradient =
          differentiated
              .addGradients(
                  "back",
                  outputs(differentiated, "y"),
                  outputs(differentiated, "x"),
                  outputs(differentiated, "dy"))[0]
              .op()
              .name();
      resolved = new GraphEdit(differentiated.toGraphDef());
    }
    Surrogates.resolve(resolved, formulas, false);
    return run(resolved, gradient, step);
  }

  private static Drawn run(GraphEdit graph, String gradient, long step) {
    try (Graph runnable = new Graph()) {
      runnable.importGraphDef(graph.toGraphDef());
      try (Session session = new Session(runnable);
          TFloat32 ones =
              TFloat32.tensorOf(
                  Shape.of(ROWS, COLUMNS), data -> data.scalars().forEach(s -> s.setFloat(1)));
          TInt64 counter = TInt64.vectorOf(0, step);
          Result result =
              session
                  .runner()
                  .feed("x", ones)
                  .feed("dy", ones)
                  .feed(StatelessRandom.COUNTER, counter)
                  .fetch("y")
                  .fetch(gradient)
                  .run()) {
        return new Drawn(floats(result, 0), floats(result, 1));
      }
    }
  }

  private static float[] floats(Result result, int index) {
    float[] values = new float[(int) (ROWS * COLUMNS)];
    ((TFloat32) result.get(index)).asRawTensor().data().asFloats().read(values);
    return values;
  }

  private static Output<?>[] outputs(Graph graph, String name) {
    return new Output<?>[] {graph.operation(name).output(0)};
  }

  private static void placeholder(GraphEdit graph, String name, DataType type, List<Long> shape) {
    NodeDef.Builder node = graph.add("Placeholder", name);
    node.putAttr("dtype", GraphEdit.type(type)).putAttr("shape", GraphEdit.shape(shape));
  }

  private static void typed(GraphEdit graph, String op, String name, String... inputs) {
    graph.add(op, name, inputs).putAttr("T", GraphEdit.type(DataType.DT_FLOAT));
  }

  private static String number(GraphEdit graph, float value) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDtype(DataType.DT_FLOAT).addFloatVal(value);
    return graph.constant("number", tensor, List.of());
  }
}
