package org.espalier.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the packaged command left.
 *
 * @param exit its exit status
 * @param out standard output
 * @param err standard error
 */
record Launched(int exit, String out, String err) {
  private static final long MINUTES = 5;

  /** Runs {@code espalier} with arguments as the launcher does. */
  static Launched espalier(Object... arguments) throws IOException, InterruptedException {
    return run(command(arguments));
  }

  /** Runs a launcher with arguments as users do, who have set none of its variables. */
  static Launched script(Path launcher, Object... arguments)
      throws IOException, InterruptedException {
    // What it filters may be written after it ended; a substitution waits for the last writer.
    List<String> command = new ArrayList<>(List.of("bash", "-c"));
    command.add(
        "{ err=$(\"$@\" 2>&1 >&3); exit=$?; } 3>&1;"
            + " if [ -n \"$err\" ]; then echo \"$err\" >&2; fi; exit $exit");
    command.addAll(List.of("espalier", "bash", launcher.toString()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return run(command, Map.of());
  }

  /**
   * Runs {@code espalier} where no file may grow beyond {@code kilobytes}: a write fails midway, as
   * on a full disk.
   */
  static Launched withFilesUpTo(long kilobytes, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", "-c"));
    // In bash the unit is 1024 bytes.
    command.add("ulimit -f " + kilobytes + "; exec \"$@\"");
    command.add("espalier");
    command.addAll(command(arguments));
    return run(command);
  }

  /** Returns the command line that runs {@code espalier} with arguments. */
  static List<String> command(Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            // Its file would be one that may not grow.
            "-XX:-UsePerfData",
            "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
            "-cp",
            Root.resolve("cli/target/app/lib").resolve("*").toString(),
            "org.espalier.cli.Main"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  private static Launched run(List<String> command) throws IOException, InterruptedException {
    return run(command, Map.of("TF_CPP_MIN_LOG_LEVEL", "2"));
  }

  private static Launched run(List<String> command, Map<String, String> variables)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile("espalier-it", ".out");
    Path err = Files.createTempFile("espalier-it", ".err");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().putAll(variables);
      builder.environment().put("CUDA_VISIBLE_DEVICES", "-1");
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            String.join(" ", command) + " does not end:\n" + Files.readString(err));
      }
      return new Launched(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }
}
