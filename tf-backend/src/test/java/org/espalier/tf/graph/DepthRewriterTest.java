package org.espalier.tf.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.ObjectPaths;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.espalier.tf.savedmodel.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

class DepthRewriterTest {
  @ParameterizedTest
  @CsvSource({"3,6", "3,4", "3,3", "3,2", "3,1", "1,3", "1,1", "2,5", "12,24"})
  void isTheModelThatPythonWouldHaveBuilt(int old, int count) {
    RewrittenModel grown = rewrite(new TinyModel(old), count);
    SavedModelDirectory model = SavedModelDirectory.of(Path.of("grown"), grown.proto());
    SavedModelDirectory built = BlockFinderTest.model(new TinyModel(count).build());
    assertThat(shapesByPath(model)).isEqualTo(shapesByPath(built));
    for (String function : List.of("body", "serve")) {
      assertThat(Computation.of(new Flattener(model).flatten(function), model))
          .isEqualTo(Computation.of(new Flattener(built).flatten(function), built));
    }
    Map<Integer, String> keys =
        CheckpointGraph.keys(grown.checkpointGraph().toByteArray(), model.objects());
    assertThat(keys).isEqualTo(TinyModel.keys(model.objects()));
    assertThat(grown.variables()).hasSize(2 + 2 * count);
    assertThat(BlockFinder.find(model, keys).blocks()).isEqualTo(count);
  }

  @Test
  void growingInTwoStepsIsGrowingInOne() {
    RewrittenModel once = rewrite(new TinyModel(2), 4);
    SavedModelDirectory middle = SavedModelDirectory.of(Path.of("grown"), once.proto());
    RewrittenModel twice =
        DepthRewriter.rewrite(middle, TinyModel.keys(middle.objects()), once.blocks(), 7);
    SavedModelDirectory model = SavedModelDirectory.of(Path.of("grown"), twice.proto());
    SavedModelDirectory direct =
        SavedModelDirectory.of(Path.of("grown"), rewrite(new TinyModel(2), 7).proto());
    assertThat(shapesByPath(model)).isEqualTo(shapesByPath(direct));
    assertThat(Computation.of(new Flattener(model).flatten("body"), model))
        .isEqualTo(Computation.of(new Flattener(direct).flatten("body"), direct));
  }

  @Test
  void saysWhatBecameOfEachFunction() {
    RewrittenModel grown = rewrite(new TinyModel(3).training(), 5);
    Map<String, FunctionFate.Kind> fates =
        grown.fates().stream()
            .collect(Collectors.toMap(FunctionFate::function, FunctionFate::kind));
    assertThat(fates)
        .containsEntry("body", FunctionFate.Kind.REWRITTEN)
        .containsEntry("serve", FunctionFate.Kind.REWRITTEN)
        .containsEntry("layer_0", FunctionFate.Kind.VERBATIM)
        .containsEntry("layer_2", FunctionFate.Kind.REUSED)
        .containsEntry("train", FunctionFate.Kind.DROPPED);
    SavedModelDirectory model = SavedModelDirectory.of(Path.of("grown"), grown.proto());
    assertThat(model.functions()).doesNotContainKey("train");
    assertThat(new ObjectPaths(model.objects()).find("train")).isEmpty();
    int call = new ObjectPaths(model.objects()).find("encoder/layer/4/call").orElseThrow();
    String clone = model.objects().getNodes(call).getFunction().getConcreteFunctions(0);
    assertThat(
            new Flattener(model)
                .flatten(clone).arguments().stream()
                    .filter(argument -> argument.capture().isPresent())
                    .map(
                        argument ->
                            grown.blocks().place(argument.capture().getAsInt()).orElseThrow())
                    .map(BlockStructure.Place::block))
        .containsExactly(4, 4);
  }

  @Test
  void keepsNewCapturesLastAndBindsTheSignature() {
    RewrittenModel grown = rewrite(new TinyModel(2), 3);
    SavedModelDirectory model = SavedModelDirectory.of(Path.of("grown"), grown.proto());
    FlatGraph serve = new Flattener(model).flatten("serve");
    List<FlatArgument> arguments = serve.arguments();
    assertThat(arguments.subList(0, 8))
        .extracting(FlatArgument::name)
        .containsExactly("x", "mask", "in", "kernel_0", "bias_0", "kernel_1", "bias_1", "out");
    assertThat(arguments.subList(8, 10))
        .allMatch(a -> grown.blocks().place(a.capture().getAsInt()).orElseThrow().block() == 2);
    Map<String, NodeDef> top = new HashMap<>();
    model.metaGraph().getGraphDef().getNodeList().forEach(n -> top.put(n.getName(), n));
    NodeDef call = top.get("call");
    assertThat(call.getInputList().subList(0, 2)).containsExactly("serve_x", "serve_mask");
    assertThat(call.getInputList().subList(2, 10))
        .allMatch(input -> top.get(input).getOp().equals("VarHandleOp"))
        .doesNotHaveDuplicates();
    assertThat(call.getAttrOrThrow("Tin").getList().getTypeCount()).isEqualTo(10);
    assertThat(top.get("saver/restore_all").getInputCount()).isEqualTo(8);
  }

  @Test
  void namesTheSourceOfWhatRemains() {
    RewrittenModel grown = rewrite(new TinyModel(2), 3);
    for (GraphVariable variable : grown.variables()) {
      boolean fresh = variable.block().orElse(0) == 2;
      assertThat(variable.previousKey().isPresent()).isEqualTo(!fresh);
      assertThat(variable.key()).isEqualTo(CheckpointGraph.keyOf(variable.path()));
    }
  }

  @Test
  void aVariableOutsideTheBlocksStaysThereWhateverHangsOnIt() {
    SavedModel.Builder proto = new TinyModel(2).build().toBuilder();
    SavedObjectGraph.Builder objects = proto.getMetaGraphsBuilder(0).getObjectGraphDefBuilder();
    ObjectPaths paths = new ObjectPaths(objects.build());
    ObjectReference knot =
        ObjectReference.newBuilder()
            .setNodeId(paths.find("encoder/layer/1/kernel").orElseThrow())
            .setLocalName("knot")
            .build();
    objects.getNodesBuilder(paths.find("out").orElseThrow()).addChildren(knot);
    SavedModelDirectory model = BlockFinderTest.model(proto.build());
    Map<Integer, String> keys = TinyModel.keys(model.objects());

    RewrittenModel grown = DepthRewriter.rewrite(model, keys, BlockFinder.find(model, keys), 4);

    assertThat(grown.variables()).extracting(GraphVariable::path).contains("out").hasSize(10);
    ObjectPaths grownPaths = new ObjectPaths(grown.proto().getMetaGraphs(0).getObjectGraphDef());
    assertThat(grownPaths.find("out/knot")).isEqualTo(grownPaths.find("encoder/layer/1/kernel"));
    assertThat(grownPaths.find("encoder/layer/3/kernel")).isPresent();
  }

  @Test
  void refusesNoBlocks() {
    assertThatThrownBy(() -> rewrite(new TinyModel(2), 0))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("at least one");
  }

  private static RewrittenModel rewrite(TinyModel tiny, int count) {
    SavedModelDirectory model = BlockFinderTest.model(tiny.build());
    Map<Integer, String> keys = TinyModel.keys(model.objects());
    return DepthRewriter.rewrite(model, keys, BlockFinder.find(model, keys), count);
  }

  private static Map<String, String> shapesByPath(SavedModelDirectory model) {
    ObjectPaths paths = new ObjectPaths(model.objects());
    return paths.variables().stream()
        .collect(
            Collectors.toMap(
                node -> paths.path(node).orElseThrow(),
                node -> model.objects().getNodes(node).getVariable().toString()));
  }
}
