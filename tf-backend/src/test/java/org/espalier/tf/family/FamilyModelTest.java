package org.espalier.tf.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.espalier.api.Parameter;
import org.espalier.tf.graph.BlockFinder;
import org.espalier.tf.graph.BlockStructure;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.ObjectPaths;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;

@DisplayName("Models built from sizes")
class FamilyModelTest {

  @ParameterizedTest
  @CsvSource({"bert, 1", "bert, 3", "gpt, 1", "gpt, 3", "vit, 3"})
  void everyVariableIsReachedByItsPathAndInBothLists(String family, int blocks) {
    FamilyModel model = SmallModels.build(family, blocks, "");
    SavedObjectGraph objects = SmallModels.checked(model).objects();
    ObjectPaths paths = new ObjectPaths(objects);
    Map<Integer, String> keys =
        CheckpointGraph.keys(model.checkpointGraph().toByteArray(), objects);

    List<String> found = new ArrayList<>();
    for (int node : paths.variables()) {
      String path = paths.path(node).orElseThrow();
      found.add(path);
      assertThat(keys).containsEntry(node, path + "/.ATTRIBUTES/VARIABLE_VALUE");
      assertThat(paths.paths(node)).hasSize(3);
    }
    List<String> named = model.spec().parameters().stream().map(Parameter::name).toList();
    assertThat(found).containsExactlyElementsOf(named);
    for (int i = 0; i < named.size(); i++) {
      int node = paths.find(named.get(i)).orElseThrow();
      assertThat(paths.find("variables/" + i)).hasValue(node);
      assertThat(paths.find("trainable_variables/" + i)).hasValue(node);
    }
  }

  @ParameterizedTest
  @CsvSource({"bert, 1", "bert, 2", "bert, 5", "gpt, 1", "gpt, 2", "gpt, 5", "vit, 1", "vit, 5"})
  void itsBlocksAreFoundAndCut(String family, int blocks) {
    FamilyModel model = SmallModels.build(family, blocks, "");
    SavedModelDirectory directory = SmallModels.checked(model);
    Map<Integer, String> keys =
        CheckpointGraph.keys(model.checkpointGraph().toByteArray(), directory.objects());
    BlockStructure found = BlockFinder.find(directory, keys);
    assertThat(found.blocks()).isEqualTo(blocks);
    assertThat(found.members()).hasSize(model.spec().parametersOf(0).size());
  }

  /** Each block's nodes see the block before, their own block, and shapes and mask; no more. */
  @ParameterizedTest
  @CsvSource({"bert, gelu", "bert, gelu_tanh", "gpt, gelu", "gpt, gelu_tanh", "vit, gelu"})
  void blocksDifferOnlyInTheirNumber(String family, String activation) {
    FamilyModel model = SmallModels.build(family, 3, "activation=" + activation);
    String stack = Family.of(family).stack();
    for (String function : List.of("__inference___call___0", "__inference___call___1")) {
      FunctionDef body = SmallModels.checked(model).functions().get(function);
      List<List<NodeDef>> blocks =
          IntStream.range(0, 3).mapToObj(block -> nodesOf(body, stack, block)).toList();
      assertThat(blocks.get(0)).hasSizeGreaterThan(60);
      assertThat(blocks.get(2)).isEqualTo(blocks.get(1));
      assertThat(blocks.get(1).stream().map(NodeDef::getOp).toList())
          .isEqualTo(blocks.get(0).stream().map(NodeDef::getOp).toList());
      Map<String, String> masks =
          Map.of("bert", "mask/ExpandDims_1:output:0", "gpt", "mask/SelectV2:output:0");
      List<String> expected = new ArrayList<>(List.of("previous", "shapes/per_head:output:0"));
      Optional.ofNullable(masks.get(family)).ifPresent(expected::add);
      assertThat(foreignInputs(blocks.get(1))).containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  /** The nodes of one block with names as if it were any. */
  private static List<NodeDef> nodesOf(FunctionDef body, String stack, int block) {
    String own = stack + "/layer_" + block + "/";
    String before = stack + "/layer_" + (block - 1) + "/";
    List<NodeDef> nodes = new ArrayList<>();
    for (NodeDef node : body.getNodeDefList()) {
      if (node.getName().startsWith(own)) {
        NodeDef.Builder renamed = node.toBuilder();
        renamed.setName(node.getName().replace(own, "own/"));
        for (int i = 0; i < node.getInputCount(); i++) {
          String input = node.getInput(i).replace(own, "own/");
          input = input.replace(stack + "_layer_" + block + "_", "own_");
          renamed.setInput(i, input.startsWith(before) ? "previous" : input);
        }
        nodes.add(renamed.build());
      }
    }
    return nodes;
  }

  private static Set<String> foreignInputs(List<NodeDef> nodes) {
    Set<String> inputs = new HashSet<>();
    nodes.forEach(node -> inputs.addAll(node.getInputList()));
    inputs.removeIf(input -> input.startsWith("own"));
    return inputs;
  }

  @ParameterizedTest
  @CsvSource({"bert, 7", "gpt, 7", "vit, 7"})
  void dropoutIsInTheTrainingFunctionAlone(String family, int sites) {
    Map<String, Long> random = new HashMap<>();
    SavedModelDirectory model = SmallModels.checked(SmallModels.build(family, 2, "dropout=0.1"));
    model
        .functions()
        .forEach(
            (name, function) ->
                random.put(
                    name,
                    function.getNodeDefList().stream()
                        .filter(node -> node.getOp().equals("RandomUniform"))
                        .count()));
    assertThat(random)
        .containsEntry("__inference___call___0", 0L)
        .containsEntry("__inference___call___1", (long) sites);

    SavedModelDirectory without = SmallModels.checked(SmallModels.build(family, 2, "dropout=0"));
    assertThat(without.functions().get("__inference___call___1").getNodeDefList())
        .noneMatch(node -> node.getOp().equals("RandomUniform"));
  }

  @ParameterizedTest
  @CsvSource({"bert", "gpt", "vit"})
  void equalOptionsGiveEqualBytes(String family) {
    assertThat(SmallModels.build(family, 2, "").savedModel().toByteString())
        .isEqualTo(SmallModels.build(family, 2, "").savedModel().toByteString());
  }
}
