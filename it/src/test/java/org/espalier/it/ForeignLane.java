package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.espalier.tf.data.TokenStore;

/**
 * Some of the exporters, one Python process after the other: makes their models, does all in Java,
 * and has Python judge what came out. Two lanes keep both cores of a small machine busy.
 */
final class ForeignLane implements Callable<Void> {
  /** For all models, on a machine that has more to do. */
  private static final long MINUTES = 60;

  private final String name;
  private final List<ForeignExporter> exporters;
  private final Path fixtures;
  private final Path results;
  private final Path corpus;
  private final ForeignTable table;

  /**
   * Creates a lane.
   *
   * @param fixtures where models are made, or are already
   * @param results takes what Java and Python write
   * @param corpus what models are trained on
   */
  ForeignLane(
      String name,
      List<ForeignExporter> exporters,
      Path fixtures,
      Path results,
      Path corpus,
      ForeignTable table) {
    this.name = name;
    this.exporters = exporters;
    this.fixtures = fixtures;
    this.results = results;
    this.corpus = corpus;
    this.table = table;
  }

  @Override
  public Void call() throws Exception {
    if (!exporters.isEmpty()) {
      make();
      try (TokenStore text = TokenStore.of(List.of(corpus), new Letters())) {
        growAndJudge(text);
      }
    }
    return null;
  }

  private void make() throws Exception {
    List<ForeignExporter> missing =
        exporters.stream().filter(e -> !Files.exists(fixtures.resolve(e.name()))).toList();
    if (!missing.isEmpty()) {
      List<ForeignExporter> templates = missing.stream().filter(ForeignExporter::template).toList();
      PythonEnvironment.EXPORTERS.run(
          MINUTES,
          "exporters.py",
          String.join(",", ForeignExporter.names(missing)),
          fixtures,
          "--templates",
          String.join(",", ForeignExporter.names(templates)));
    }
  }

  private void growAndJudge(TokenStore text) throws Exception {
    Map<String, ForeignRun> runs = new LinkedHashMap<>();
    List<Map<String, Object>> cases = new ArrayList<>();
    for (ForeignExporter exporter : exporters) {
      ForeignRun run = new ForeignRun(exporter, fixtures, results, table);
      runs.put(exporter.name(), run);
      run.all(text).stream().map(ForeignCase::fields).forEach(cases::add);
    }
    if (cases.isEmpty()) {
      return;
    }
    Path file = Files.writeString(results.resolve(name + ".json"), new Gson().toJson(cases));
    Path judged = results.resolve(name + ".judged.json");
    PythonEnvironment.EXPORTERS.run(MINUTES, "foreign_reference.py", file, judged);
    List<JsonElement> answers =
        JsonParser.parseString(Files.readString(judged)).getAsJsonArray().asList();
    assertThat(answers).hasSameSizeAs(cases);
    for (JsonElement element : answers) {
      JsonObject answer = element.getAsJsonObject();
      record(answer);
      if (answer.has("python_loss")) {
        runs.get(answer.get("exporter").getAsString())
            .measureWhatPythonTrained(answer.get("python_loss").getAsDouble(), text);
      }
    }
  }

  private void record(JsonObject answer) {
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
