package org.espalier.tf.graph;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

class GraphCheckTest {
  private static final Path MODEL = Path.of("model");

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("lacks the attribute 'dtype'", body -> node(body, "read_in").removeAttr("dtype")),
        damage(
            "has the unknown attribute 'odd'",
            body -> node(body, "head").putAttr("odd", type(DataType.DT_FLOAT))),
        damage(
            "has an attribute 'T' that is no type",
            body -> node(body, "head").putAttr("T", AttrValue.newBuilder().setI(1).build())),
        damage(
            "has an attribute 'T' that is no type",
            body -> node(body, "head").putAttr("T", type(DataType.DT_STRING))),
        damage(
            "has 1 inputs where its op takes 2",
            body -> node(body, "head").clearInput().addInput("embed:product:0")),
        damage("is there twice", body -> body.addNodeDef(node(body, "head"))),
        damage("takes 'gone:z:0', which is missing", body -> takes(body, "head", "gone:z:0")),
        damage("which its op does not give", body -> takes(body, "head", "embed:product:7")),
        damage("waits for 'gone', which is missing", body -> node(body, "head").addInput("^gone")),
        damage("which is DT_RESOURCE, as DT_FLOAT", body -> takes(body, "head", "in")),
        damage(
            "the result 'y' is DT_FLOAT, not DT_INT32",
            body -> body.getSignatureBuilder().getOutputArgBuilder(0).setType(DataType.DT_INT32)),
        damage("constant of 1125899906842624 elements", body -> constant(body, 1L << 50, 0)),
        damage("constant of 4 elements with the bytes of 3", body -> constant(body, 4, 3)),
        damage("of an impossible shape", body -> constant(body, -2, 0)));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void isRefused(String message, Consumer<FunctionDef.Builder> damage) {
    MetaGraphDef.Builder graph = graph();
    damage.accept(body(graph));
    assertThatThrownBy(() -> GraphCheck.run(MODEL, graph.build()))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("model is damaged: ")
        .hasMessageContaining(message)
        .hasMessageEndingWith("; copy or export the model again");
  }

  @Test
  void aCallWithOtherTypesIsRefused() {
    MetaGraphDef.Builder graph = graph();
    function(graph, "serve").getSignatureBuilder().getInputArgBuilder(0).setType(DataType.DT_INT8);
    assertThatThrownBy(() -> GraphCheck.run(MODEL, graph.build()))
        .hasMessageContaining("calls function 'serve' with other types than it has");
  }

  static Stream<Arguments> outputs() {
    return Stream.of(
        Arguments.of("NoOp", DataType.DT_INVALID, "takes 'NoOp', which its op does not give"),
        Arguments.of("call:1", DataType.DT_FLOAT, "takes 'call:1', which its op does not give"),
        Arguments.of("call:0", DataType.DT_INT32, "is DT_FLOAT, not DT_INT32"));
  }

  @ParameterizedTest
  @MethodSource("outputs")
  void anOutputThatItsNodeDoesNotGiveIsRefused(String tensor, DataType type, String message) {
    MetaGraphDef.Builder graph = graph();
    graph.getGraphDefBuilder().addNodeBuilder().setName("NoOp").setOp("NoOp");
    SignatureDef.Builder signature =
        SignatureDef.newBuilder()
            .putOutputs("z", TensorInfo.newBuilder().setName(tensor).setDtype(type).build());
    graph.putSignatureDef("__run", signature.build());
    assertThatCode(() -> GraphCheck.run(MODEL, graph.build())).doesNotThrowAnyException();
    graph.putSignatureDef("run", signature.build());
    assertThatThrownBy(() -> GraphCheck.run(MODEL, graph.build()))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "model is damaged: output 'z' of signature 'run' "
                + message
                + "; copy or export the model again");
  }

  @Test
  void opsThatNobodyKnowsAndAttributesOfAllNodesPass() {
    MetaGraphDef.Builder graph = graph();
    node(body(graph), "shift").setOp("VendorsOwnOp").putAttr("odd", type(DataType.DT_FLOAT));
    node(body(graph), "head").putAttr("_odd", type(DataType.DT_FLOAT));
    constant(body(graph), 1000, 0);
    assertThatCode(() -> GraphCheck.run(MODEL, graph.build())).doesNotThrowAnyException();
  }

  private static Arguments damage(String message, Consumer<FunctionDef.Builder> damage) {
    return Arguments.of(message, damage);
  }

  private static MetaGraphDef.Builder graph() {
    return new TinyModel(2).build().getMetaGraphs(0).toBuilder();
  }

  private static FunctionDef.Builder body(MetaGraphDef.Builder graph) {
    return function(graph, "body");
  }

  private static FunctionDef.Builder function(MetaGraphDef.Builder graph, String name) {
    return graph.getGraphDefBuilder().getLibraryBuilder().getFunctionBuilderList().stream()
        .filter(function -> function.getSignature().getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static NodeDef.Builder node(FunctionDef.Builder body, String name) {
    return body.getNodeDefBuilderList().stream()
        .filter(node -> node.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void takes(FunctionDef.Builder body, String node, String input) {
    node(body, node).setInput(0, input);
  }

  private static void constant(FunctionDef.Builder body, long size, int floats) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setDtype(DataType.DT_FLOAT);
    tensor
        .setTensorShape(
            TensorShapeProto.newBuilder().addDim(TensorShapeProto.Dim.newBuilder().setSize(size)))
        .setTensorContent(ByteString.copyFrom(new byte[Float.BYTES * floats]));
    body.addNodeDefBuilder()
        .setName("constant")
        .setOp("Const")
        .putAttr("dtype", type(DataType.DT_FLOAT))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build());
  }

  private static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }
}
