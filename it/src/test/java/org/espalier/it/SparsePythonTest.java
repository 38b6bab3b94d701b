package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.espalier.api.ModelRequest;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Sparse models, in Python")
class SparsePythonTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"bert, 0.9, 1, 1, 3", "gpt, 0.7, 4, 2, 7", "bert, 0.35, 8, 0, 1"})
  void movedAsNumPyMovesThemAndHoldingPlainZeros(
      String family, String sparsity, int block, int update, int updates) throws Exception {
    Path dense = directory.resolve("dense");
    Path sparse = directory.resolve("sparse");
    Path moved = directory.resolve("moved");
    Espalier.init(
        new ModelRequest(
            family,
            Map.of(
                "blocks", "2",
                "residual", "32",
                "heads", "2",
                "vocabulary", "41",
                "positions", "12")),
        5,
        dense);
    try (Model model = Espalier.open(dense)) {
      model.grow(
          model.plan("sparse-reallocate", Map.of("sparsity", sparsity, "block", block)), sparse);
    }
    try (Model model = Espalier.open(sparse)) {
      model.grow(
          model.plan("sparse-reallocate", Map.of("update", update, "updates", updates)), moved);
      assertThat(model.fingerprint()).isNotEqualTo(fingerprint(moved));
    }
    assertThat(
            PythonEnvironment.TENSORFLOW_2_18.run(
                "sparse_reference.py",
                sparse,
                moved,
                "--sparsity",
                sparsity,
                "--block",
                block,
                "--prune",
                "0.5",
                "--update",
                update,
                "--updates",
                updates))
        .contains("12 kernels agree");
  }

  private static String fingerprint(Path path) {
    try (Model model = Espalier.open(path)) {
      return model.fingerprint();
    }
  }
}
