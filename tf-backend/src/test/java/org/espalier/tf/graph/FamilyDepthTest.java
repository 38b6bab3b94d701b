package org.espalier.tf.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.tf.family.FamilyModel;
import org.espalier.tf.family.FamilyOptions;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Another number of blocks by rewriting is the same model as another number by building. */
class FamilyDepthTest {
  @ParameterizedTest
  @CsvSource({
    "bert,3,6",
    "gpt,3,6",
    "bert,2,1",
    "gpt,3,2",
    "bert,1,2",
    "gpt,1,3",
    "vit,2,4",
    "vit,3,1"
  })
  void rewritingIsBuilding(String family, int old, int count) {
    FamilyModel small = family(family, old);
    SavedModelDirectory model = SavedModelDirectory.of(Path.of("small"), small.savedModel());
    Map<Integer, String> keys =
        CheckpointGraph.keys(small.checkpointGraph().toByteArray(), model.objects());
    RewrittenModel next = DepthRewriter.rewrite(model, keys, BlockFinder.find(model, keys), count);
    FamilyModel large = family(family, count);
    SavedModelDirectory grown = SavedModelDirectory.of(Path.of("grown"), next.proto());
    SavedModelDirectory built = SavedModelDirectory.of(Path.of("built"), large.savedModel());
    assertThat(stored(grown, next.checkpointGraph().toByteArray()))
        .isEqualTo(stored(built, large.checkpointGraph().toByteArray()));
    assertThat(next.fates()).noneMatch(fate -> fate.kind() == FunctionFate.Kind.DROPPED);
    assertThat(grown.objects().getConcreteFunctionsMap().keySet())
        .isEqualTo(built.objects().getConcreteFunctionsMap().keySet());
    for (String function : built.objects().getConcreteFunctionsMap().keySet()) {
      assertThat(Computation.of(new Flattener(grown).flatten(function), grown))
          .describedAs(function)
          .isEqualTo(Computation.of(new Flattener(built).flatten(function), built));
    }
  }

  private static FamilyModel family(String family, int blocks) {
    Map<String, String> settings = new TreeMap<>();
    settings.put("blocks", Integer.toString(blocks));
    settings.putAll(Map.of("residual", "8", "heads", "2", "ffn", "12", "dropout", "0.2"));
    settings.putAll(
        family.equals("vit")
            ? Map.of("image", "8", "patch", "4", "channels", "3", "classes", "5")
            : Map.of("vocabulary", "11", "positions", "7"));
    return FamilyModel.build(FamilyOptions.parse(family, settings));
  }

  private static Map<String, String> stored(SavedModelDirectory model, byte[] checkpointGraph) {
    Map<String, String> stored = new TreeMap<>();
    CheckpointGraph.keys(checkpointGraph, model.objects())
        .forEach(
            (node, key) ->
                stored.put(
                    key, model.objects().getNodes(node).getVariable().getShape().toString()));
    return stored;
  }
}
