package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.espalier.api.OptimizerSettings;
import org.espalier.api.Precision;
import org.espalier.tf.train.FamilyTraining.Written;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.Graph;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.types.TFloat32;

@DisplayName("Steps in bfloat16 with variables in float32")
final class MixedPrecisionTest {
  private static final OptimizerSettings OPTIMIZER = OptimizerSettings.adamW(0.01, 0, 0);
  private static final Set<String> PRODUCTS =
      Set.of("MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum");

  @TempDir private Path directory;

  private Written written(String family, String... changes) {
    Map<String, String> settings = new HashMap<>();
    settings.putAll(Map.of("blocks", "2", "residual", "32", "heads", "2", "vocabulary", "40"));
    settings.putAll(Map.of("positions", "12", "dropout", "0"));
    for (int i = 0; i < changes.length; i += 2) {
      settings.put(changes[i], changes[i + 1]);
    }
    return Written.of(family, settings, directory.resolve(family));
  }

  /** Of the positions, some count; logits of BERT are then made of those alone. */
  private static StepShape shape(String family) {
    return family.equals("bert") ? StepShape.masked(3, 8, 0.5) : StepShape.tokens(3, 8);
  }

  private static TokenExample example(String family) {
    return FamilyTraining.example(family.equals("bert") ? 0.5 : 1);
  }

  private static FamilyTraining training(Written written, String family, Precision precision) {
    return FamilyTraining.of(
        written.model(),
        written.all(),
        OPTIMIZER,
        shape(family),
        DeviceSettings.CPU,
        StepForm.FUSED,
        precision);
  }

  private record Step(double loss, Map<String, double[]> gradients) {}

  private static Step step(Written written, String family, Precision precision) {
    try (FamilyTraining training = training(written, family, precision)) {
      double loss = training.trainer().step(example(family), 0, 0.01).loss();
      return new Step(loss, training.firstMoments());
    }
  }

  @ParameterizedTest
  @CsvSource({"bert,gelu", "bert,gelu_tanh", "gpt,gelu", "gpt,gelu_tanh"})
  @DisplayName("Loss and gradients are those of float32, to the rounding of bfloat16")
  void agreesWithFull(String family, String activation) {
    Written written = written(family, "activation", activation);
    Step full = step(written, family, Precision.FULL);
    Step mixed = step(written, family, Precision.MIXED_BFLOAT16);
    assertThat(mixed.loss()).isCloseTo(full.loss(), within(5e-3)).isNotEqualTo(full.loss());
    assertClose(mixed.gradients(), full.gradients());
  }

  /** To a share of each gradient's norm; that of the keys' bias is 0 but for rounding. */
  private static void assertClose(Map<String, double[]> mixed, Map<String, double[]> full) {
    assertThat(mixed.keySet()).isEqualTo(full.keySet());
    full.forEach(
        (name, gradient) -> {
          double[] other = mixed.get(name);
          double square = 0;
          double difference = 0;
          for (int i = 0; i < gradient.length; i++) {
            square += gradient[i] * gradient[i];
            difference += Math.pow(gradient[i] - other[i], 2);
          }
          double least = name.endsWith("key/bias") ? 1e-2 : 0;
          assertThat(Math.sqrt(difference))
              .as(name)
              .isLessThan(0.03 * Math.max(least, Math.sqrt(square)));
        });
  }

  /** Of so many rows, a sum in bfloat16 would stand still: 256 + 1 is 256 there. */
  @Test
  @DisplayName("Gradients of biases are summed over many rows in float32")
  void sumsOfManyRows() {
    Written written = written("gpt", "positions", "64", "tied_head", "false");
    int[][] rows = new int[64][65];
    for (int i = 0; i < 64 * 65; i++) {
      rows[i / 65][i % 65] = i % 3;
    }
    Map<String, double[]> full = new HashMap<>();
    for (Precision precision : Precision.values()) {
      try (FamilyTraining training =
          FamilyTraining.of(
              written.model(),
              written.all(),
              OPTIMIZER,
              StepShape.tokens(64, 64),
              DeviceSettings.CPU,
              StepForm.FUSED,
              precision)) {
        training.trainer().step(TokenExample.nextToken(rows), 0, 0.01);
        if (precision == Precision.FULL) {
          full.putAll(training.firstMoments());
        } else {
          assertClose(training.firstMoments(), full);
        }
      }
    }
  }

  @Test
  @DisplayName("Parts of a batch, a part of the parameters and compiled activations have it too")
  void otherSteps() {
    Written written = written("bert");
    Set<String> top = new HashSet<>(written.all());
    top.removeIf(name -> name.startsWith("embeddings") || name.startsWith("encoder/layer/0/"));
    Map<String, double[]> full = moments(written, top, Precision.FULL, StepForm.FUSED);
    assertThat(full).hasSizeLessThan(written.all().size()).isNotEmpty();
    for (StepForm form : StepForm.values()) {
      assertClose(moments(written, top, Precision.MIXED_BFLOAT16, form), full);
    }
    TrainingTask whole =
        FamilyTraining.task(
            written.model(), top, OPTIMIZER, shape("bert"), Precision.MIXED_BFLOAT16);
    TrainingTask parts =
        new TrainingTask(
            whole.variables(),
            whole.training(),
            whole.inference(),
            whole.trained(),
            whole.decayed(),
            whole.masked(),
            whole.byBlocks(),
            whole.optimizer(),
            whole.shape(),
            whole.seed(),
            2,
            whole.precision());
    try (TrainGraph graph = new TrainGraph(parts, StepForm.FUSED)) {
      assertThat(graph.sums()).isPresent();
    }
  }

  private static Map<String, double[]> moments(
      Written written, Set<String> trained, Precision precision, StepForm form) {
    try (FamilyTraining training =
        FamilyTraining.of(
            written.model(),
            trained,
            OPTIMIZER,
            shape("bert"),
            DeviceSettings.CPU,
            form,
            precision)) {
      training.trainer().step(example("bert"), 0, 0.01);
      return training.firstMoments();
    }
  }

  @ParameterizedTest
  @CsvSource({"bert", "gpt"})
  @DisplayName("All products are in bfloat16; variables, updates, norms, loss, evaluation are not")
  void typesOfTheStep(String family) {
    Written written = written(family, "dropout", "0.1");
    TrainingTask task =
        FamilyTraining.task(
            written.model(), written.all(), OPTIMIZER, shape(family), Precision.MIXED_BFLOAT16);
    try (TrainGraph graph = new TrainGraph(task, StepForm.FUSED)) {
      Set<String> seen = new HashSet<>();
      for (NodeDef node : graph.graph().toGraphDef().getNodeList()) {
        boolean evaluated = node.getName().startsWith("evaluate/");
        for (DataType type : floating(node)) {
          if (PRODUCTS.contains(node.getOp())) {
            DataType expected = evaluated ? DataType.DT_FLOAT : DataType.DT_BFLOAT16;
            assertThat(type).as(node.getName()).isEqualTo(expected);
            seen.add("product");
          } else if (evaluated
              || Set.of("VarHandleOp", "Mean", "Rsqrt", "SquaredDifference", "Log")
                  .contains(node.getOp())) {
            assertThat(type).as(node.getName()).isEqualTo(DataType.DT_FLOAT);
            seen.add(node.getOp());
          }
        }
      }
      assertThat(seen).contains("product", "VarHandleOp", "Mean", "Rsqrt", "Log");
    }
  }

  private static List<DataType> floating(NodeDef node) {
    return node.getAttrMap().entrySet().stream()
        .filter(attr -> Set.of("T", "dtype", "Ta", "Tb", "Tout").contains(attr.getKey()))
        .map(attr -> attr.getValue().getType())
        .filter(type -> type == DataType.DT_FLOAT || type == DataType.DT_BFLOAT16)
        .toList();
  }

  @ParameterizedTest
  @CsvSource({"bert", "gpt"})
  @DisplayName("Training with dropout lowers the loss, and again gives the same bits")
  void trains(String family) {
    Written written = written(family, "dropout", "0.1");
    List<Double> losses = losses(written, family);
    assertThat(losses.get(59)).isLessThan(0.6 * losses.get(0));
    assertThat(losses(written, family)).isEqualTo(losses);
  }

  private static List<Double> losses(Written written, String family) {
    try (FamilyTraining training = training(written, family, Precision.MIXED_BFLOAT16)) {
      List<Double> losses = new ArrayList<>();
      for (int step = 0; step < 60; step++) {
        losses.add(training.trainer().step(example(family), step, 0.01).loss());
      }
      return losses;
    }
  }

  @Test
  @DisplayName("A model of float64 is refused")
  void refusesFloat64() {
    Written written = written("gpt", "dtype", "float64");
    assertThatThrownBy(() -> training(written, "gpt", Precision.MIXED_BFLOAT16))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("mixed_bfloat16 is for models of float32")
        .hasMessageContaining("is of float64");
  }

  /** Rounded to nearest, the lowest float32 would be infinite in bfloat16, and softmax NaN. */
  @Test
  @DisplayName("A mask of the lowest number stays finite")
  void lowestNumberMasks() {
    GraphEdit graph = new GraphEdit(GraphDef.getDefaultInstance());
    for (String name : List.of("x", "mask")) {
      NodeDef.Builder fed = graph.add("Placeholder", name);
      fed.putAttr("dtype", GraphEdit.type(DataType.DT_FLOAT));
      fed.putAttr("shape", GraphEdit.shape(List.of(2L, 2L)));
    }
    // Stands for a variable's value: what is made of inputs alone counts as a mask.
    NodeDef.Builder kernel = graph.add("Placeholder", "kernel");
    kernel.putAttr("dtype", GraphEdit.type(DataType.DT_FLOAT));
    kernel.putAttr("shape", GraphEdit.shape(List.of(2L, 2L)));
    TensorProto.Builder lowest = TensorProto.newBuilder().setDtype(DataType.DT_FLOAT);
    String scale = graph.constant("lowest", lowest.addFloatVal(-Float.MAX_VALUE), List.of());
    typed(graph, "MatMul", "scores", "x", "kernel");
    typed(graph, "Mul", "hidden", "mask", scale);
    typed(graph, "AddV2", "sum", "scores", "hidden");
    typed(graph, "Softmax", "y", "sum");
    try (Graph types = new Graph()) {
      types.importGraphDef(graph.toGraphDef());
      TensorRef logits =
          MixedPrecision.apply(graph, types, new TensorRef("y", 0), List.of()).logits();
      assertThat(graph.node("sum").getAttrOrThrow("T").getType()).isEqualTo(DataType.DT_BFLOAT16);
      // Of the first row one position is masked, of the second both.
      assertThat(run(graph, logits)).containsExactly(new float[] {1, 0, 0.5f, 0.5f}, within(1e-6f));
    }
  }

  private static void typed(GraphEdit graph, String op, String name, String... inputs) {
    graph.add(op, name, inputs).putAttr("T", GraphEdit.type(DataType.DT_FLOAT));
  }

  private static float[] run(GraphEdit graph, TensorRef fetched) {
    try (Graph changed = new Graph()) {
      changed.importGraphDef(graph.toGraphDef());
      try (Session session = new Session(changed);
          TFloat32 x = matrix(1, 2, 3, 4);
          TFloat32 mask = matrix(0, 1, 1, 1);
          TFloat32 kernel = matrix(1, 0, 0, 1);
          Result result =
              session
                  .runner()
                  .feed("x", x)
                  .feed("mask", mask)
                  .feed("kernel", kernel)
                  .fetch(fetched.node())
                  .run()) {
        float[] values = new float[4];
        result.get(0).asRawTensor().data().asFloats().read(values);
        return values;
      }
    }
  }

  private static TFloat32 matrix(float a, float b, float c, float d) {
    return TFloat32.tensorOf(Shape.of(2, 2), DataBuffers.of(a, b, c, d));
  }
}
