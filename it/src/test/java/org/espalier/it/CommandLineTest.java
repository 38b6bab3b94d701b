package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("The packaged command")
class CommandLineTest {
  /** Two stages of two steps of a model that is barely one. */
  private static final String SCHEDULE =
      """
      name: smallest
      model: {family: gpt, blocks: 2, residual: 8, heads: 2, vocabulary: 261, positions: 16}
      stages:
        - name: one
          train: {objective: clm, steps: 2, batch: 2, sequence: 16, learning_rate: 1.0e-3}
          grow: [{operator: stack, options: {factor: 2}}]
        - name: two
          train: {objective: clm, steps: 2, batch: 2, sequence: 16, learning_rate: 1.0e-3}
      """;

  @TempDir private static Path shared;

  private static Path model;
  private static Path tokens;

  @TempDir private Path directory;

  @BeforeAll
  static void makeAModelAndTokens() throws IOException, InterruptedException {
    model = shared.resolve("model");
    succeed(
        "init",
        "--family",
        "gpt",
        "--blocks",
        2,
        "--residual",
        64,
        "--heads",
        2,
        "--vocabulary",
        261,
        "--positions",
        16,
        "--out",
        model);
    Path text = Files.writeString(shared.resolve("text"), "to grow a tree, train it. ".repeat(400));
    tokens = shared.resolve("text.tokens");
    succeed("data", text, "--out", tokens);
  }

  @Test
  void growsAndVerifies() throws IOException, InterruptedException {
    JsonObject plan = json("plan", "stack", model, "--set", "factor=2", "--json");
    assertThat(plan.getAsJsonObject("to").get("blocks").getAsInt()).isEqualTo(4);
    Path grown = directory.resolve("grown");
    JsonObject result =
        json("grow", "stack", model, "--set", "factor=2", "--out", grown, "--verify", "--json");
    assertThat(result.getAsJsonObject("verification").get("logit_deviation").getAsDouble())
        .isPositive();
    JsonObject inspected = json("inspect", grown, "--json");
    assertThat(inspected.get("blocks").getAsInt()).isEqualTo(4);
    assertThat(inspected.getAsJsonArray("lineage")).hasSize(1);
    assertThat(inspected.getAsJsonArray("limits")).isEmpty();
    assertThat(succeed("inspect", grown, "--parameters").out())
        .contains("serving_default", "stack", "2 -> 4", "decoder/layer/{block}");
  }

  @Test
  void trainsAndEvaluates() throws IOException, InterruptedException {
    Path trained = directory.resolve("trained");
    JsonObject before = json("eval", model, "--data", tokens, "--batch", 4, "--json");
    JsonObject result =
        json(
            "train",
            model,
            "--data",
            tokens,
            "--steps",
            30,
            "--batch",
            4,
            "--learning-rate",
            "3e-3",
            "--freeze",
            "blocks=0",
            "--out",
            trained,
            "--json");
    JsonObject after = json("eval", trained, "--data", tokens, "--batch", 4, "--json");
    assertThat(result.get("steps").getAsLong()).isEqualTo(30);
    assertThat(after.get("loss").getAsDouble()).isLessThan(before.get("loss").getAsDouble());
  }

  @Test
  void trainsOnMaskedSequencesOfTheirOwnLength() throws IOException, InterruptedException {
    Path bert = directory.resolve("bert");
    Path masked = Files.createDirectory(directory.resolve("masked"));
    Path file = masked.resolve("part-0");
    Path trained = directory.resolve("trained");
    succeed("init", "--family", "bert", "--preset", "tiny", "--positions", 40, "--out", bert);
    succeed("data", tokens, "--format", "tfrecord", "--sequence", 24, "--out", file);
    JsonObject result =
        json(
            "train", bert, "--data", masked, "--steps", 2, "--batch", 4, "--out", trained,
            "--json");
    JsonObject after = json("eval", trained, "--data", file, "--batch", 4, "--json");
    assertThat(after.get("loss")).isEqualTo(result.get("held_out_loss"));
    refusedInOneLine(
        Launched.espalier("eval", trained, "--data", file, "--sequence", 16),
        "sequence is 16, but the sequences of " + file + " have 24 tokens");
  }

  @Test
  void runsAScheduleAndResumesIt() throws IOException, InterruptedException {
    Path schedule = Files.writeString(directory.resolve("schedule.yaml"), SCHEDULE);
    Path run = directory.resolve("run");
    JsonObject result = json("run", schedule, "--data", tokens, "--out", run, "--json");
    assertThat(result.keySet())
        .containsExactly(
            "run",
            "schedule",
            "seed",
            "model",
            "report",
            "held_out_loss",
            "steps",
            "seconds",
            "data",
            "stages");
    List<Integer> blocks =
        result.getAsJsonArray("stages").asList().stream()
            .map(JsonElement::getAsJsonObject)
            .map(stage -> stage.get("blocks").getAsInt())
            .toList();
    assertThat(blocks).containsExactly(2, 4);
    assertThat(Path.of(result.get("model").getAsString())).isDirectory();
    assertThat(Path.of(result.get("report").getAsString())).isRegularFile();

    Launched again = succeed("run", schedule, "--data", tokens, "--out", run, "--resume");
    assertThat(again.out()).contains("one", "two", "tf.saved_model.load(", "report.html");
    assertThat(succeed("report", run).out()).contains("one", "two", "report.html");

    Files.writeString(schedule, SCHEDULE.replace("steps: 2", "steps: 3"));
    Map<Path, Long> left = files(run);
    Launched other = Launched.espalier("run", schedule, "--data", tokens, "--out", run, "--resume");
    refusedInOneLine(other, "schedule");
    assertThat(files(run)).isEqualTo(left);
    refusedInOneLine(Launched.espalier("run", schedule, "--data", tokens, "--out", run), "exists");
  }

  @Test
  void knowsItsRecipes() throws IOException, InterruptedException {
    assertThat(succeed("recipes").out()).contains("stacking-bert", "stacking-gpt");
    refusedInOneLine(Launched.espalier("run", "stacking-brt"), "stacking-bert");
  }

  @ParameterizedTest
  @EnumSource
  void refusesADamagedModel(Damage damage) throws IOException, InterruptedException {
    Path input = damage.copy(model, directory.resolve("input"));
    Map<Path, Long> before = files(directory);
    Launched launched =
        Launched.espalier(
            "grow", "stack", input, "--set", "factor=2", "--out", directory.resolve("out"));
    refusedInOneLine(launched, input.getFileName().toString());
    assertThat(files(directory)).isEqualTo(before);
  }

  @Test
  void refusesWhatCannotBeGrown() throws IOException, InterruptedException {
    Path out = directory.resolve("out");
    refusedInOneLine(
        Launched.espalier("grow", "stak", model, "--set", "factor=2", "--out", out),
        "did you mean 'stack'");
    for (String factor : List.of("factor=0", "factor=many", "facter=2")) {
      refusedInOneLine(
          Launched.espalier("grow", "stack", model, "--set", factor, "--out", out), "factor");
    }
    assertThat(out).doesNotExist();
  }

  @Test
  void neverWritesOverOrInto() throws IOException, InterruptedException {
    Map<Path, Long> before = files(model);
    Path taken = Files.createDirectory(directory.resolve("taken"));
    refusedInOneLine(
        Launched.espalier("grow", "stack", model, "--set", "factor=2", "--out", taken), "exists");
    refusedInOneLine(
        Launched.espalier(
            "grow", "stack", model, "--set", "factor=2", "--out", model.resolve("out")),
        "inside");
    refusedInOneLine(
        Launched.espalier("init", "--family", "gpt", "--preset", "tiny", "--out", taken), "exists");
    assertThat(taken).isEmptyDirectory();
    assertThat(files(model)).isEqualTo(before);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void leavesNothingOnAFullDisk() throws IOException, InterruptedException {
    refusedInOneLine(
        Launched.withFilesUpTo(
            100, "grow", "stack", model, "--set", "factor=2", "--out", directory.resolve("out")),
        "out");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void refusesACorruptCorpus() throws IOException, InterruptedException {
    Path corrupt = directory.resolve("corrupt.tokens");
    Damage.flip(Files.copy(tokens, corrupt), Files.size(tokens) / 2);
    Path out = directory.resolve("out");
    refusedInOneLine(
        Launched.espalier("train", model, "--data", corrupt, "--steps", 1, "--out", out),
        "corrupt.tokens");
    refusedInOneLine(
        Launched.espalier("run", "stacking-gpt", "--data", corrupt, "--out", out),
        "corrupt.tokens");
    assertThat(out).doesNotExist();
  }

  private static Launched succeed(Object... arguments) throws IOException, InterruptedException {
    Launched launched = Launched.espalier(arguments);
    assertThat(launched.exit()).as(launched.err()).isZero();
    return launched;
  }

  private static JsonObject json(Object... arguments) throws IOException, InterruptedException {
    return JsonParser.parseString(succeed(arguments).out()).getAsJsonObject();
  }

  private static void refusedInOneLine(Launched launched, String reason) {
    assertThat(launched.err()).startsWith("espalier: ").containsIgnoringCase(reason);
    assertThat(launched.err().lines()).as(launched.err()).hasSize(1);
    assertThat(launched.err()).doesNotContain("--stacktrace", "Exception");
    assertThat(launched.exit()).isIn(1, 2);
    assertThat(launched.out()).isEmpty();
  }

  /** Returns all files below a directory with their sizes. */
  private static Map<Path, Long> files(Path top) throws IOException {
    Map<Path, Long> sizes = new TreeMap<>();
    try (Stream<Path> walk = Files.walk(top)) {
      for (Path path : (Iterable<Path>) walk::iterator) {
        sizes.put(path, Files.isRegularFile(path) ? Files.size(path) : -1);
      }
    }
    return sizes;
  }
}
