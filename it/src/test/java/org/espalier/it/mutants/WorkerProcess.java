package org.espalier.it.mutants;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A child process that tries mutants; it is replaced when it dies or hangs.
 *
 * <p>Time is the processor's, so that a busy machine makes nothing fail. What waits for nothing
 * uses none, and is ended by a generous wall clock, which counts ticks: a machine that is stopped
 * for a while does not age.
 */
final class WorkerProcess implements AutoCloseable {
  private static final Duration PROCESSOR_TO_TRY = Duration.ofSeconds(10);
  private static final int SECONDS_TO_TRY = 60;
  private static final int SECONDS_TO_START = 120;
  private static final int TICKS_A_SECOND = 10;
  private static final String ENDED = "";

  private final Path bases;
  private final Path work;
  private final Path log;
  private Process process;
  private BufferedWriter input;
  private BlockingQueue<String> answers;

  /**
   * Prepares a worker.
   *
   * @param bases the folder of the base models
   * @param work an empty folder of its own
   */
  WorkerProcess(Path bases, Path work) {
    this.bases = bases;
    this.work = work;
    this.log = work.resolve("log");
  }

  Outcome attempt(Mutant mutant) throws IOException, InterruptedException {
    if (process == null) {
      start();
    }
    input.write(mutant.toJson());
    input.newLine();
    input.flush();
    Duration start = processorTime();
    String answer = answer(SECONDS_TO_TRY, start.plus(PROCESSOR_TO_TRY));
    if (answer == null) {
      Duration used = processorTime().minus(start);
      close();
      return Outcome.fail("no end after " + used.toMillis() + " ms of processor time");
    }
    if (answer.equals(ENDED)) {
      int status = process.waitFor();
      close();
      List<String> lines = Files.readAllLines(log);
      return Outcome.fail(
          "the process died with status %d: %s"
              .formatted(
                  status,
                  String.join("\n", lines.subList(Math.max(0, lines.size() - 9), lines.size()))));
    }
    return Outcome.parse(answer);
  }

  private void start() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx400m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
            "-cp",
            System.getProperty("java.class.path"),
            MutantWorker.class.getName(),
            bases.toString(),
            work.toString());
    builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
    builder.environment().put("CUDA_VISIBLE_DEVICES", "-1");
    process = builder.redirectError(log.toFile()).start();
    input = process.outputWriter(StandardCharsets.UTF_8);
    answers = new LinkedBlockingQueue<>();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    BlockingQueue<String> queue = answers;
    Thread reader =
        new Thread(
            () -> {
              try {
                output
                    .lines()
                    .filter(line -> line.startsWith(MutantWorker.MARK))
                    .forEach(line -> queue.add(line.substring(MutantWorker.MARK.length())));
              } catch (UncheckedIOException closed) {
                // The process was ended while its output was read.
              }
              queue.add(ENDED);
            });
    reader.setDaemon(true);
    reader.start();
    String first = answer(SECONDS_TO_START, Duration.ofSeconds(SECONDS_TO_START));
    if (first == null || first.equals(ENDED)) {
      close();
      throw new IllegalStateException("the worker does not start:\n" + Files.readString(log));
    }
  }

  /** Returns the next answer, or null when there is none in time. */
  private String answer(int seconds, Duration processor) throws InterruptedException {
    String answer = null;
    for (int tick = 0;
        answer == null
            && tick < seconds * TICKS_A_SECOND
            && processorTime().compareTo(processor) < 0;
        tick++) {
      answer = answers.poll(1000 / TICKS_A_SECOND, TimeUnit.MILLISECONDS);
    }
    return answer;
  }

  /** Returns what all threads of the process have used; zero where the system does not tell. */
  private Duration processorTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  @Override
  public void close() {
    if (process != null) {
      process.destroyForcibly().onExit().join();
      process = null;
    }
  }
}
