package org.espalier.it;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A model that Java wrote and Python compares with a network of its own.
 *
 * @param exporter which row
 * @param action which column
 * @param fields what {@code foreign_reference.py} is told
 */
record ForeignCase(ForeignExporter exporter, ForeignAction action, Map<String, Object> fields) {
  /** For all models, on a machine that has more to do. */
  static final long MINUTES = 60;

  private static final String SCRIPT = "foreign_reference.py";

  static ForeignCase of(
      ForeignExporter exporter,
      ForeignAction action,
      String check,
      Path fixture,
      Path model,
      Map<String, Object> more) {
    Map<String, Object> fields = new LinkedHashMap<>(more);
    fields.put("check", check);
    fields.put("exporter", exporter.name());
    fields.put("action", action.name());
    fields.put("fixture", fixture.toString());
    fields.put("model", model.toString());
    return new ForeignCase(exporter, action, fields);
  }

  /** Has Python look at all cases, in two processes, and returns what each showed. */
  static List<JsonObject> checked(List<ForeignCase> cases, Path directory) throws Exception {
    List<JsonObject> answers = new ArrayList<>();
    List<Callable<String>> runs = new ArrayList<>();
    for (boolean huggingFace : new boolean[] {true, false}) {
      List<Map<String, Object>> part =
          cases.stream()
              .filter(c -> c.exporter().isHuggingFace() == huggingFace)
              .map(ForeignCase::fields)
              .toList();
      if (!part.isEmpty()) {
        Path file = directory.resolve(huggingFace ? "hugging-face.json" : "others.json");
        Files.writeString(file, new Gson().toJson(part));
        runs.add(() -> PythonEnvironment.EXPORTERS.run(MINUTES, SCRIPT, file, file + ".out"));
      }
    }
    inParallel(runs);
    for (Path file : found(directory)) {
      JsonArray list = JsonParser.parseString(Files.readString(file)).getAsJsonArray();
      for (JsonElement answer : list) {
        answers.add(answer.getAsJsonObject());
      }
    }
    return answers;
  }

  private static List<Path> found(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      return files.filter(f -> f.toString().endsWith(".json.out")).sorted().toList();
    }
  }

  /** Runs Python on both cores of a small machine. */
  static void inParallel(List<Callable<String>> runs) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (Future<String> run : threads.invokeAll(runs)) {
        run.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
