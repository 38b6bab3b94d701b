package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.espalier.api.ModelRequest;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Models grown in Java, in Python")
class GrownPythonTest {
  @TempDir private Path directory;

  @Test
  void areTheNetworksThatPythonBuildsAtThatDepth() throws Exception {
    for (String family : List.of("bert", "gpt")) {
      Path small = small(family);
      assertThat(
              PythonEnvironment.TENSORFLOW_2_18.run(
                  "family_reference.py", "--heads", 3, "--stacked-from", small, stacked(small)))
          .contains("6 blocks, float32")
          .contains("tensors stacked from 3 blocks");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EXPORTERS")
  void giveTheOutputsThatJavaGetsAndServePythonAsItsOwn(PythonEnvironment python) throws Exception {
    Path bert = stacked(small("bert"));
    Path gpt = stacked(small("gpt"));
    String printed =
        python.run(
            "python_is_a_user.py",
            bert,
            gpt,
            "--java-logits",
            JavaLogits.write(bert, directory.resolve("bert.json")),
            JavaLogits.write(gpt, directory.resolve("gpt.json")));
    assertThat(printed.lines().filter(line -> line.contains("\"largest_difference_from_java\"")))
        .as(printed)
        .hasSize(2);
  }

  private Path small(String family) {
    Path small = directory.resolve(family);
    Espalier.init(
        new ModelRequest(
            family,
            Map.of(
                "blocks",
                "3",
                "residual",
                "24",
                "heads",
                "3",
                "ffn",
                "40",
                "vocabulary",
                "41",
                "positions",
                "12")),
        5,
        small);
    return small;
  }

  private Path stacked(Path small) {
    Path grown = small.resolveSibling(small.getFileName() + "-grown");
    try (Model model = Espalier.open(small)) {
      model.grow(model.plan("stack", Map.of("factor", 2)), grown);
    }
    return grown;
  }
}
