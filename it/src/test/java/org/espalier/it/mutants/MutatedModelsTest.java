package org.espalier.it.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Seeded damage to small SavedModels: bits flipped, bytes cut, fields removed, names swapped,
 * cycles, huge shapes, assets that lie elsewhere and more ({@link Kind}).
 *
 * <p>Each mutant is inspected, planned for, grown and evaluated (some are verified) by the command
 * line in a child process, which then runs with TensorFlow alone what was grown. A mutant is
 * counted as refused when a command says why in one line and leaves nothing behind, as the same
 * model when its growth computes, bit by bit, what that of the undamaged model computes, and as
 * another model when its growth, cut back to its first blocks, computes what the mutant computes.
 * Anything else fails: a stray exception, an abort of the process, 10 seconds of processor time or
 * a minute without an answer, more than 1 GB of memory, a file outside the output directory or
 * changed in the input, a model that TensorFlow does not run or that computes something else.
 *
 * <p>{@code -Dmutants=N} and {@code -Dmutants.seed=S} choose how many and which; {@code
 * -Dmutants.first=I} starts with a later one.
 */
@DisplayName("A damaged model gives a clear error or a correct model")
class MutatedModelsTest {
  private static final int WORKERS = 2;
  private static final long MOST_MEGABYTES = 1024;

  @TempDir private static Path shared;

  @BeforeAll
  static void makeModels() throws IOException {
    BaseModels.write(Files.createDirectory(shared.resolve("bases")));
    for (String name : BaseModels.NAMES) {
      try (Model model = Espalier.open(shared.resolve("bases").resolve(name))) {
        model.grow(
            model.plan("stack", Map.of("factor", 2)), shared.resolve("bases/" + name + "-grown"));
      }
    }
  }

  @Test
  void neverFails() throws Exception {
    int first = Integer.getInteger("mutants.first", 0);
    int count = Integer.getInteger("mutants", 200);
    long seed = Long.getLong("mutants.seed", 20_251_122);
    Queue<Mutant> open =
        IntStream.range(first, first + count)
            .mapToObj(number -> Mutant.of(number, seed))
            .collect(Collectors.toCollection(ConcurrentLinkedQueue::new));
    Map<Mutant, Outcome> outcomes = tryAll(open);
    System.out.println(table(outcomes));
    assertThat(outcomes).hasSize(count);
    List<String> failures = new ArrayList<>();
    outcomes.forEach(
        (mutant, outcome) -> {
          if (outcome.verdict() == Verdict.FAIL || outcome.megabytes() > MOST_MEGABYTES) {
            failures.add(mutant + ": " + outcome);
          }
        });
    assertThat(failures).isEmpty();
    assertThat(outcomes.values())
        .extracting(Outcome::verdict)
        .contains(Verdict.SAME_MODEL, Verdict.CLEAR_ERROR);
  }

  private static Map<Mutant, Outcome> tryAll(Queue<Mutant> open) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
    try {
      List<Callable<Map<Mutant, Outcome>>> workers = new ArrayList<>();
      for (int i = 0; i < WORKERS; i++) {
        Path work = Files.createDirectory(shared.resolve("worker-" + i));
        workers.add(() -> tryAll(open, work));
      }
      Map<Mutant, Outcome> outcomes =
          new TreeMap<>((one, two) -> Integer.compare(one.number(), two.number()));
      for (Future<Map<Mutant, Outcome>> worker : threads.invokeAll(workers)) {
        outcomes.putAll(worker.get());
      }
      return outcomes;
    } finally {
      threads.shutdown();
    }
  }

  private static Map<Mutant, Outcome> tryAll(Queue<Mutant> open, Path work)
      throws IOException, InterruptedException {
    Map<Mutant, Outcome> outcomes = new TreeMap<>((one, two) -> one.number() - two.number());
    try (WorkerProcess worker = new WorkerProcess(shared.resolve("bases"), work)) {
      for (Mutant mutant = open.poll(); mutant != null; mutant = open.poll()) {
        outcomes.put(mutant, worker.attempt(mutant));
      }
    }
    return outcomes;
  }

  private static String table(Map<Mutant, Outcome> outcomes) {
    StringBuilder table = new StringBuilder("%-20s".formatted("mutants"));
    for (Verdict verdict : Verdict.values()) {
      table.append("%13s".formatted(verdict));
    }
    Map<Kind, Map<Verdict, Integer>> counts = new EnumMap<>(Kind.class);
    outcomes.forEach(
        (mutant, outcome) ->
            counts
                .computeIfAbsent(mutant.kind(), kind -> new EnumMap<>(Verdict.class))
                .merge(outcome.verdict(), 1, Integer::sum));
    counts.forEach(
        (kind, verdicts) -> {
          table.append("%n%-20s".formatted(kind));
          for (Verdict verdict : Verdict.values()) {
            table.append("%13d".formatted(verdicts.getOrDefault(verdict, 0)));
          }
        });
    return table
        .append("%nslowest %d ms".formatted(most(outcomes.values().stream().map(Outcome::millis))))
        .append(
            ", most memory %d MB%n"
                .formatted(most(outcomes.values().stream().map(Outcome::megabytes))))
        .toString();
  }

  private static long most(Stream<Long> numbers) {
    return numbers.mapToLong(Long::longValue).max().orElse(0);
  }
}
