package org.espalier.it.mutants;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The child process: reads a mutant a line, tries it and prints the outcome as a line.
 *
 * <p>A process tries many, since TensorFlow takes seconds to load; whoever started it ends it when
 * a mutant takes too long.
 */
final class MutantWorker {
  /** Stands before what is for the parent; TensorFlow may print too. */
  static final String MARK = "@@ ";

  static final String READY = MARK + "ready";

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path PEAK_RESET = Path.of("/proc/self/clear_refs");

  private MutantWorker() {}

  /**
   * Serves until its input ends.
   *
   * @param args the folder of the base models, and one to work in
   */
  public static void main(String[] args) throws IOException {
    PrintStream out = System.out;
    System.setOut(System.err);
    Path bases = Path.of(args[0]);
    Path work = Path.of(args[1]);
    Map<String, Behaviour> expected = new HashMap<>();
    for (String name : BaseModels.NAMES) {
      expected.put(name, Behaviour.of(bases.resolve(name + "-grown")));
    }
    out.println(READY);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      Mutant mutant = Mutant.parse(line);
      Path sandbox = Files.createDirectory(work.resolve("mutant-" + mutant.number()));
      forgetPeak();
      long start = System.nanoTime();
      Outcome outcome = new MutantTrial(mutant, bases, sandbox, expected.get(mutant.base())).run();
      long millis = (System.nanoTime() - start) / 1_000_000;
      if (outcome.verdict() != Verdict.FAIL) {
        SavedModelFiles.delete(sandbox);
      }
      out.println(MARK + new Outcome(outcome.verdict(), outcome.detail(), millis, peak()).toJson());
      out.flush();
    }
  }

  private static void forgetPeak() throws IOException {
    if (Files.exists(PEAK_RESET)) {
      Files.writeString(PEAK_RESET, "5");
    }
  }

  private static long peak() throws IOException {
    if (!Files.exists(STATUS)) {
      return 0;
    }
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
        .findFirst()
        .orElse(0);
  }
}
