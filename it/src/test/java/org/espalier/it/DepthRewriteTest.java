package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.bundle.BundleWriter;
import org.espalier.tf.graph.BlockFinder;
import org.espalier.tf.graph.BlockStructure;
import org.espalier.tf.graph.DepthRewriter;
import org.espalier.tf.graph.GraphVariable;
import org.espalier.tf.graph.ModelVariables;
import org.espalier.tf.graph.RewrittenModel;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.espalier.tf.savedmodel.SavedModelWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Java changes the depth of Python's models, and Python finds what it would have built")
class DepthRewriteTest {
  private static final String SCRIPT = "depth_rewrite.py";

  /** Of the script's TARGETS: which old block each block is a copy of. */
  private static final Map<String, List<Integer>> TARGETS =
      Map.of(
          "four", List.of(0, 1, 1, 2),
          "two", List.of(0, 1),
          "one", List.of(0));

  @TempDir private Path directory;

  /** Blocks repeated and put between others are among those of {@link ForeignModelsTest}. */
  @Test
  void fewerBlocksAndBackFromOne() throws Exception {
    rewriteAll(PythonEnvironment.TENSORFLOW_2_18, "two", "one");
    assertThat(PythonEnvironment.TENSORFLOW_2_18.run(SCRIPT, "check", directory))
        .contains("6 models checked");
  }

  /** Each exporter's, with a block put between others and with one that had no other beside it. */
  @Test
  void modelsOfTheNewestTensorFlow() throws Exception {
    rewriteAll(PythonEnvironment.TENSORFLOW_2_21, "four", "one");
    assertThat(PythonEnvironment.TENSORFLOW_2_21.run(SCRIPT, "check", directory, "four", "regrown"))
        .contains("4 models checked");
  }

  private void rewriteAll(PythonEnvironment python, String... targets) throws Exception {
    python.run(SCRIPT, "make", directory);
    for (String kind : List.of("module", "keras")) {
      for (String name : targets) {
        rewrite(directory.resolve(kind), directory.resolve(kind + "." + name), TARGETS.get(name));
      }
    }
    // From one block up again, where no other block shows what a block is.
    rewrite(directory.resolve("module.one"), directory.resolve("module.regrown"), List.of(0, 0));
    rewrite(directory.resolve("keras.one"), directory.resolve("keras.regrown"), List.of(0, 0));
  }

  private static void rewrite(Path from, Path to, List<Integer> sources) {
    SavedModelDirectory model = SavedModelDirectory.read(from);
    try (BundleReader bundle = BundleReader.open(model.variablesPrefix())) {
      Map<Integer, String> keys =
          CheckpointGraph.keys(bundle.readString(CheckpointGraph.KEY), model.objects());
      BlockStructure blocks = BlockFinder.find(model, keys);
      Map<String, String> ofBlock = new HashMap<>();
      for (GraphVariable variable : ModelVariables.list(model, keys, Optional.of(blocks))) {
        variable
            .block()
            .ifPresent(
                block -> ofBlock.put(variable.pattern().orElseThrow() + block, variable.key()));
      }
      RewrittenModel next = DepthRewriter.rewrite(model, keys, blocks, sources.size());
      SavedModelWriter.write(
          model,
          to,
          next.proto(),
          staging -> {
            BundleWriter writer =
                BundleWriter.create(staging.resolve(SavedModelDirectory.VARIABLES_PREFIX));
            for (GraphVariable variable : next.variables()) {
              String source =
                  variable.block().isPresent()
                      ? ofBlock.get(
                          variable.pattern().orElseThrow()
                              + sources.get(variable.block().getAsInt()))
                      : variable.previousKey().orElseThrow();
              writer.copy(variable.key(), bundle, source);
            }
            writer.addString(CheckpointGraph.KEY, next.checkpointGraph().toByteArray());
            writer.write(2, bytes -> {});
          });
    }
  }
}
