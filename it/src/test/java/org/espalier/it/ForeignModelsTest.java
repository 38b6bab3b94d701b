package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.espalier.tf.data.TokenStore;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Grows and trains the models of {@code exporters.py} and has each exporter's own Python judge what
 * came out. The table in docs/interop.md is what this test ran.
 *
 * <p>{@code -Dexporters=NAME,…} takes those instead of the documented ones, and {@code
 * -Dexporters.directory=DIR} keeps what was made, and takes models that are there already.
 */
@DisplayName("Models made elsewhere")
class ForeignModelsTest {
  @TempDir private Path temporary;

  @Test
  void areInspectedGrownTrainedAndGivenBackAsDocumented() throws Exception {
    Path kept = Path.of(System.getProperty("exporters.directory", temporary.toString()));
    List<ForeignExporter> exporters = chosen();
    Path fixtures = Files.createDirectories(kept.resolve("fixtures"));
    make(exporters, fixtures);
    Path results = Files.createTempDirectory(kept, "grown");
    ForeignTable table = new ForeignTable();
    Map<String, ForeignRun> runs = new LinkedHashMap<>();
    exporters.forEach(e -> runs.put(e.name(), new ForeignRun(e, fixtures, results, table)));
    List<ForeignCase> cases = new ArrayList<>();
    Path corpus =
        Files.writeString(temporary.resolve("text"), "to grow a tree, train it. ".repeat(400));
    try (TokenStore text = TokenStore.of(List.of(corpus), new Letters())) {
      runs.values().forEach(run -> cases.addAll(run.all(text)));
      Files.writeString(Root.resolve("it/target/interop-table-java.md"), table.markdown());
      List<JsonObject> judged = ForeignCase.checked(cases, results);
      assertThat(judged).hasSameSizeAs(cases);
      for (JsonObject answer : judged) {
        record(answer, table);
        if (answer.has("python_loss")) {
          runs.get(answer.get("exporter").getAsString())
              .measureWhatPythonTrained(answer.get("python_loss").getAsDouble(), text);
        }
      }
    }
    Files.writeString(Root.resolve("it/target/interop-table.md"), table.markdown());
    assertThat(table.failures()).isEmpty();
    if (exporters.equals(ForeignExporter.DOCUMENTED)) {
      assertThat(table.markdown()).isEqualTo(ForeignTable.documented());
    }
  }

  private static List<ForeignExporter> chosen() {
    List<String> names = List.of(System.getProperty("exporters", "").split(","));
    List<ForeignExporter> chosen =
        ForeignExporter.ALL.stream().filter(e -> names.contains(e.name())).toList();
    return chosen.isEmpty() ? ForeignExporter.DOCUMENTED : chosen;
  }

  private static void make(List<ForeignExporter> exporters, Path fixtures) throws Exception {
    List<Callable<String>> runs = new ArrayList<>();
    for (boolean huggingFace : new boolean[] {true, false}) {
      List<ForeignExporter> missing =
          exporters.stream()
              .filter(e -> e.isHuggingFace() == huggingFace)
              .filter(e -> !Files.exists(fixtures.resolve(e.name())))
              .toList();
      if (!missing.isEmpty()) {
        String names = names(missing);
        String templates = names(missing.stream().filter(ForeignExporter::template).toList());
        runs.add(
            () ->
                PythonEnvironment.EXPORTERS.run(
                    ForeignCase.MINUTES,
                    "exporters.py",
                    names,
                    fixtures,
                    "--templates",
                    templates));
      }
    }
    ForeignCase.inParallel(runs);
  }

  private static String names(List<ForeignExporter> exporters) {
    return exporters.stream().map(ForeignExporter::name).collect(Collectors.joining(","));
  }

  private static void record(JsonObject answer, ForeignTable table) {
    ForeignCell cell =
        answer.get("passed").getAsBoolean()
            ? ForeignCell.PASS
            : ForeignCell.failed(answer.get("failures").toString());
    table.put(
        answer.get("exporter").getAsString(),
        ForeignAction.valueOf(answer.get("action").getAsString()),
        cell);
  }
}
