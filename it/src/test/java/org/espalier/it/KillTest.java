package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills runs with SIGKILL at random moments and resumes them; {@code -Dkills=20} for more of them.
 *
 * <p>{@code -Dkills.sparse} for those of the sparse run. Checkpoints are so frequent that kills hit
 * them, and the growth between the stages, too.
 */
@DisplayName("A killed run")
class KillTest {
  private static final int KILLS = Integer.getInteger("kills", 1);
  private static final long SEED = Long.getLong("kills.seed", System.nanoTime());

  private static final String SCHEDULE =
      """
      name: killed
      model: {family: bert, blocks: 2, residual: 64, heads: 2, vocabulary: 261, positions: 32,
              dropout: 0.1}
      seed: 3
      stages:
        - name: one
          train: {objective: mlm, steps: 40, batch: 8, sequence: 32, learning_rate: 1.0e-3,
                  warmup_steps: 5, evaluate_every: 10, evaluation_batches: 2, checkpoint_every: 3}
          grow: [{operator: stack, options: {factor: 2}}]
          slots: copy
        - name: two
          train: {objective: mlm, steps: 40, batch: 8, sequence: 32, learning_rate: 1.0e-3,
                  evaluate_every: 10, evaluation_batches: 2, checkpoint_every: 3,
                  trainable: {include: [blocks=2.., role=head]}}
          grow: [{operator: stack, options: {blocks: 6}}]
        - name: three
          train: {objective: mlm, steps: 20, batch: 8, sequence: 32, learning_rate: 1.0e-3,
                  evaluate_every: 10, evaluation_batches: 2, checkpoint_every: 3}
      """;

  private static final int SPARSE_KILLS = Integer.getInteger("kills.sparse", 1);

  private static final String SPARSE =
      """
      name: killed
      model: {family: bert, blocks: 2, residual: 64, heads: 2, vocabulary: 261, positions: 32,
              dropout: 0.1}
      seed: 3
      stages:
        - name: pattern
          train: {objective: mlm, steps: 0, batch: 8, sequence: 32, learning_rate: 1.0e-3,
                  evaluation_batches: 2}
          grow: [{operator: sparse-reallocate, options: {sparsity: 0.8, block: 4}}]
        - name: sparse
          train: {objective: mlm, steps: 60, batch: 8, sequence: 32, learning_rate: 1.0e-3,
                  warmup_steps: 5, evaluate_every: 20, evaluation_batches: 2, checkpoint_every: 5,
                  periodic: [{operator: sparse-reallocate, every: 4}]}
      """;

  @TempDir private Path directory;
  private Path schedule;
  private Path text;

  @Test
  @DisplayName("resumed ends with the bits of one that was not")
  void resumesToTheSameBits() throws IOException, InterruptedException {
    resumesToTheSameBits(SCHEDULE, KILLS);
  }

  @Test
  @DisplayName("whose sparse weights move, too")
  void resumesToTheSameBitsWhereWeightsMove() throws IOException, InterruptedException {
    resumesToTheSameBits(SPARSE, SPARSE_KILLS);
  }

  private void resumesToTheSameBits(String yaml, int kills)
      throws IOException, InterruptedException {
    schedule = Files.writeString(directory.resolve("schedule.yaml"), yaml);
    text =
        Files.writeString(
            directory.resolve("text"),
            IntStream.range(0, 3000)
                .mapToObj(i -> "line " + i + " squared is " + (long) i * i + "\n")
                .collect(Collectors.joining()));
    Path whole = directory.resolve("whole");
    finish(whole);
    Map<String, String> expected = bits(whole);
    assertThat(expected).hasSizeGreaterThan(20);
    List<JsonObject> metrics = metrics(whole);
    assertThat(metrics).doesNotHaveDuplicates();

    Random random = new Random(SEED);
    int hits = 0;
    // A run may end before it is killed; then it shows nothing and another is killed.
    for (int kill = 0; hits < kills && kill < 4 * kills; kill++) {
      Path run = directory.resolve("killed-" + kill);
      // By progress, not by time alone: how fast a run is depends on what else the machine does.
      int lines = random.nextInt(metrics.size());
      long delay = random.nextInt(1500);
      if (!killAfter(lines, delay, run)) {
        continue;
      }
      hits++;
      finish(run);
      String how =
          "kill %d, %d ms after line %d of %d, seed %d"
              .formatted(kill, delay, lines, metrics.size(), SEED);
      assertThat(bits(run)).as(how).isEqualTo(expected);
      assertThat(metrics(run)).as(how).isEqualTo(metrics);
    }
    assertThat(hits).as("kills before the end of the run").isEqualTo(kills);
  }

  private Object[] arguments(Path run) {
    return new Object[] {"run", schedule, "--data", text, "--out", run, "--resume"};
  }

  private void finish(Path run) throws IOException, InterruptedException {
    Launched launched = Launched.espalier(arguments(run));
    assertThat(launched.exit()).as(launched.err()).isZero();
  }

  /**
   * Starts a run and kills it some time after its log has so many lines; returns whether it was
   * still running.
   */
  private boolean killAfter(int lines, long delay, Path run)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(Launched.command(arguments(run)));
    Path log = directory.resolve("killed.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    process.getOutputStream().close();
    Path metrics = run.resolve("metrics.jsonl");
    while (process.isAlive() && lines(metrics) < lines) {
      Thread.sleep(5);
    }
    boolean ended = process.waitFor(delay, TimeUnit.MILLISECONDS);
    // SIGKILL on Unix.
    process.destroyForcibly().waitFor();
    return !ended;
  }

  private static long lines(Path file) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    }
  }

  /** The content of all models and checkpoints, by file name; times in trainer.json aside. */
  private static Map<String, String> bits(Path run) throws IOException {
    Map<String, String> bits = new TreeMap<>();
    try (Stream<Path> files = Files.walk(run)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = run.relativize(file).toString();
        if (name.endsWith("trainer.json")) {
          JsonObject state = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
          state.remove("seconds");
          bits.put(name, state.toString());
        } else if (name.startsWith("stage-")) {
          byte[] content = Files.readAllBytes(file);
          bits.put(name, content.length + " bytes " + Arrays.hashCode(content));
        }
      }
    }
    return bits;
  }

  private static List<JsonObject> metrics(Path run) throws IOException {
    List<JsonObject> events = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      JsonObject event = JsonParser.parseString(line).getAsJsonObject();
      event.remove("seconds");
      event.remove("tokensPerSecond");
      event.remove("tokens_per_second");
      events.add(event);
    }
    return events;
  }
}
