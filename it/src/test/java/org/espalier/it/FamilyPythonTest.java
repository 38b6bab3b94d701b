package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.tf.family.FamilyModel;
import org.espalier.tf.family.FamilyOptions;
import org.espalier.tf.family.FamilyWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Models built from sizes, in Python")
class FamilyPythonTest {
  @TempDir private Path directory;

  @Test
  void areLikeModelsFromPython() throws Exception {
    areLikeModelsFromPython(
        PythonEnvironment.TENSORFLOW_2_18,
        write("bert", Map.of("blocks", "2", "heads", "3")),
        write("bert", Map.of("blocks", "2", "heads", "3", "pooler", "true")),
        write("gpt", Map.of("blocks", "2", "heads", "3")),
        write("gpt", Map.of("blocks", "2", "heads", "3", "tied_head", "false")),
        write("vit", Map.of("blocks", "2", "heads", "3", "dropout", "0.1")));
  }

  @Test
  void areLikeModelsFromTheNewestPython() throws Exception {
    areLikeModelsFromPython(
        PythonEnvironment.TENSORFLOW_2_21,
        write("bert", Map.of("blocks", "1", "heads", "3", "pooler", "true")),
        write("gpt", Map.of("blocks", "1", "heads", "3")),
        write("vit", Map.of("blocks", "1", "heads", "3", "dropout", "0.1")));
  }

  private static void areLikeModelsFromPython(PythonEnvironment python, Path... models)
      throws Exception {
    String printed = python.run("python_is_a_user.py", (Object[]) models);
    assertThat(printed.lines().filter(line -> line.contains("\"dropout\": true")))
        .as(printed)
        .hasSameSizeAs(models);
  }

  @Test
  void computeTheFormulasOfThePapers() throws Exception {
    PythonEnvironment python = PythonEnvironment.TENSORFLOW_2_18;
    List<Object> exact = new ArrayList<>(List.of("--heads", "5"));
    List<Object> tanh =
        new ArrayList<>(List.of("--heads", "3", "--activation", "gelu_tanh", "--epsilon", "1e-3"));
    for (String family : List.of("bert", "gpt", "vit")) {
      for (String blocks : List.of("1", "3", "6")) {
        for (String dtype : List.of("float32", "float64")) {
          exact.add(write(family, Map.of("blocks", blocks, "heads", "5", "dtype", dtype)));
        }
      }
      tanh.add(
          write(
              family,
              Map.of(
                  "blocks", "2",
                  "heads", "3",
                  "head_size", "8",
                  "dtype", "float64",
                  "activation", "gelu_tanh",
                  "norm_epsilon", "1e-3",
                  "dropout", "0")));
    }
    exact.add(write("bert", Map.of("blocks", "2", "heads", "5", "pooler", "true")));
    exact.add(
        write("bert", Map.of("blocks", "2", "heads", "5", "pooler", "true", "tied_head", "false")));
    exact.add(write("gpt", Map.of("blocks", "2", "heads", "5", "tied_head", "false")));
    assertThat(python.run("family_reference.py", exact.toArray())).contains("6 blocks, float64");
    assertThat(python.run("family_reference.py", tanh.toArray())).contains("Gpt, 2 blocks");
  }

  private Path write(String family, Map<String, String> settings) {
    Map<String, String> all = new TreeMap<>(settings);
    all.putAll(Map.of("residual", "30", "ffn", "70"));
    all.putAll(
        family.equals("vit")
            ? Map.of("image", "12", "patch", "4", "classes", "7")
            : Map.of("vocabulary", "41", "positions", "12"));
    Path target = directory.resolve(family + "-" + String.join("-", all.values()));
    FamilyModel model = FamilyModel.build(FamilyOptions.parse(family, all));
    FamilyWriter.write(model, 1, target, 2, staging -> {}, bytes -> {});
    return target;
  }
}
