package org.espalier.tf.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.espalier.tf.savedmodel.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;

class BlockFinderTest {
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 70})
  void findsBlocksByPath(int blocks) {
    BlockStructure found = BlockFinder.find(model(new TinyModel(blocks).build()), Map.of());
    assertThat(found.blocks()).isEqualTo(blocks);
    assertThat(found.members())
        .extracting(BlockMember::pattern)
        .containsExactly("encoder/layer/{block}/kernel", "encoder/layer/{block}/bias");
  }

  @Test
  void findsBlocksByRepeatedShapesWhenNamesSayNothing() {
    SavedModel.Builder proto = new TinyModel(3).build().toBuilder();
    int number = 0;
    for (SavedObject.Builder object :
        proto.getMetaGraphsBuilder(0).getObjectGraphDefBuilder().getNodesBuilderList()) {
      if (object.hasVariable()) {
        object.getVariableBuilder().setName("v");
      }
      for (var child : object.getChildrenBuilderList()) {
        // Words without digits, so that neither paths nor names number the blocks.
        child.setLocalName("c" + "x".repeat(++number));
      }
    }
    BlockStructure found = BlockFinder.find(model(proto.build()), Map.of());
    assertThat(found.blocks()).isEqualTo(3);
    assertThat(found.members()).hasSize(2);
  }

  @Test
  void refusesABlockThatDiffersAndNamesTheNode() {
    SavedModelDirectory model = model(new TinyModel(3).oddLastBlock().build());
    assertThatThrownBy(() -> BlockFinder.find(model, Map.of()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("block 2 is not like block 1")
        .hasMessageContaining("(Tanh) stands where node")
        .hasMessageNotContaining("\n");
  }

  @Test
  void refusesResultsPerBlock() {
    SavedModelDirectory model = model(new TinyModel(3).hiddenResult().build());
    assertThatThrownBy(() -> BlockFinder.find(model, Map.of()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("its result 'hidden' comes from block 0 of 3");
  }

  @Test
  void refusesAHeadThatReadsEveryBlock() {
    SavedModelDirectory model = model(new TinyModel(3).headReadsFirstBlock().build());
    assertThatThrownBy(() -> BlockFinder.find(model, Map.of()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("reads what goes from block 0 to block 1");
  }

  static SavedModelDirectory model(SavedModel proto) {
    return SavedModelDirectory.of(Path.of("tiny"), proto);
  }
}
