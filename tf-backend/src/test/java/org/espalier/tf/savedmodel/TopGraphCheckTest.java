package org.espalier.tf.savedmodel;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

class TopGraphCheckTest {
  private static final String SIGNATURE = "serving_default";

  static Stream<Arguments> damages() {
    return Stream.of(
        damage("used twice: 'call'", meta -> nodes(meta).addNode(node(meta, "call"))),
        damage("is no name or", meta -> node(meta, "call").setName("_call")),
        damage("takes 'gone:1', which the graph lacks", meta -> call(meta).setInput(0, "gone:1")),
        damage("takes '^gone', which the graph lacks", meta -> call(meta).addInput("^gone")),
        damage("arguments, it takes", meta -> call(meta).addInput("serve_x")),
        damage(
            "feeds DT_INT64 where function 'serve' takes DT_FLOAT",
            meta -> node(meta, "serve_x").putAttr("dtype", type(DataType.DT_INT64))),
        damage("is 'gone:0', which the graph lacks", meta -> feed(meta, x -> x.setName("gone:0"))),
        damage(
            "signature 'serving_default' needs 'serve_x', which none of its inputs is",
            meta -> feed(meta, x -> x.setName("serve_mask:0"))),
        damage(
            "'__saved_model_init_op' names no node to run",
            meta ->
                meta.putSignatureDef(
                    "__saved_model_init_op", meta.getSignatureDefOrThrow(SIGNATURE))),
        damage(
            "signature '__saved_model_init_op' needs 'serve_x', which none of its inputs is",
            meta -> runOnLoading(meta, "serve_x")),
        damage(
            "output 'y' of signature 'serving_default' is 'gone:0'",
            meta ->
                meta.putSignatureDef(
                    SIGNATURE,
                    SignatureDef.newBuilder()
                        .putOutputs("y", TensorInfo.newBuilder().setName("gone:0").build())
                        .build())),
        damage("has no legal name: ''", meta -> feed(meta, x -> x.clearName())),
        damage(
            "another type or shape than its node 'serve_x'",
            meta -> feed(meta, x -> x.setDtype(DataType.DT_STRING))));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void isRefused(String message, Consumer<MetaGraphDef.Builder> damage) {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    damage.accept(proto.getMetaGraphsBuilder(0));
    assertThatThrownBy(() -> SavedModelDirectory.of(Path.of("model"), proto.build()))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("model is damaged: ")
        .hasMessageContaining(message)
        .hasMessageEndingWith("copy or export the model again");
  }

  @Test
  void controlInputsAreNoArguments() {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    call(proto.getMetaGraphsBuilder(0)).addInput("^serve_x");
    assertThatCode(() -> SavedModelDirectory.of(Path.of("model"), proto.build()))
        .doesNotThrowAnyException();
  }

  @Test
  void theNodeThatRunsOnLoadingMayNeedThePathOfAnAsset() {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    runOnLoading(proto.getMetaGraphsBuilder(0), "serve_x")
        .addAssetFileDef(
            AssetFileDef.newBuilder()
                .setTensorInfo(TensorInfo.newBuilder().setName("serve_x:0"))
                .setFilename("words.txt"));
    assertThatCode(() -> SavedModelDirectory.of(Path.of("model"), proto.build()))
        .doesNotThrowAnyException();
  }

  private static Arguments damage(String message, Consumer<MetaGraphDef.Builder> damage) {
    return Arguments.of(message, damage);
  }

  private static MetaGraphDef.Builder runOnLoading(MetaGraphDef.Builder meta, String node) {
    String name = "__saved_model_init_op";
    return meta.putSignatureDef(
        name,
        SignatureDef.newBuilder()
            .putOutputs(name, TensorInfo.newBuilder().setName(node).build())
            .build());
  }

  private static GraphDef.Builder nodes(MetaGraphDef.Builder meta) {
    return meta.getGraphDefBuilder();
  }

  private static NodeDef.Builder call(MetaGraphDef.Builder meta) {
    return node(meta, "call");
  }

  private static NodeDef.Builder node(MetaGraphDef.Builder meta, String name) {
    return nodes(meta).getNodeBuilderList().stream()
        .filter(node -> node.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void feed(MetaGraphDef.Builder meta, Consumer<TensorInfo.Builder> change) {
    SignatureDef signature = meta.getSignatureDefOrThrow(SIGNATURE);
    TensorInfo.Builder x = signature.getInputsOrThrow("x").toBuilder();
    change.accept(x);
    meta.putSignatureDef(SIGNATURE, signature.toBuilder().putInputs("x", x.build()).build());
  }

  private static AttrValue type(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }
}
