package org.espalier.tf.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.espalier.tf.savedmodel.TinyModel;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;

class FlattenerTest {
  private final SavedModelDirectory model = BlockFinderTest.model(new TinyModel(2).build());

  @Test
  void inlinesCallsAndKeepsCapturesApart() {
    FlatGraph flat = new Flattener(model).flatten("serve");
    assertThat(flat.nodes().values()).noneMatch(node -> node.op().endsWith("PartitionedCall"));
    assertThat(flat.nodes()).containsKeys("call/embed", "call/block1/residual");
    assertThat(flat.arguments().stream().filter(a -> a.capture().isEmpty()))
        .extracting(FlatArgument::name)
        .containsExactly("x", "mask");
    assertThat(flat.outputs().get(0).source())
        .isEqualTo(new TensorRef("call/identity", "output", 0));
  }

  @Test
  void putsEachNodeBehindItsInputs() {
    FlatGraph flat = new Flattener(model).flatten("body");
    java.util.Set<String> seen = new java.util.HashSet<>();
    for (FlatNode node : flat.nodes().values()) {
      node.inputs().stream()
          .filter(input -> !input.isArgument())
          .forEach(input -> assertThat(seen).contains(input.node()));
      assertThat(seen).containsAll(node.controls());
      seen.add(node.name());
    }
  }

  @Test
  void writesAGraphWithPositionsForOutputs() {
    EmittedGraph emitted = new GraphEmitter(model).emit(new Flattener(model).flatten("serve"));
    assertThat(emitted.placeholders()).containsOnlyKeys("x", "mask");
    assertThat(emitted.variables()).hasSize(6);
    assertThat(emitted.outputs()).containsEntry("y", "call/identity:0");
    assertThat(emitted.graph().getNodeList())
        .extracting(NodeDef::getName)
        .doesNotContain("call/shift")
        .doesNotHaveDuplicates();
  }

  @Test
  void refusesMissingNodes() {
    SavedModel.Builder proto = new TinyModel(1).build().toBuilder();
    for (FunctionDef.Builder function :
        proto
            .getMetaGraphsBuilder(0)
            .getGraphDefBuilder()
            .getLibraryBuilder()
            .getFunctionBuilderList()) {
      if (function.getSignature().getName().equals("body")) {
        function.putRet("y", "nowhere:output:0");
      }
    }
    SavedModelDirectory broken = BlockFinderTest.model(proto.build());
    assertThatThrownBy(() -> new Flattener(broken).flatten("serve"))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("refers to the missing node 'nowhere'");
  }
}
