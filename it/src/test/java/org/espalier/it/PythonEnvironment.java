package org.espalier.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Python virtual environment with pinned packages, made under {@code target/} on first use.
 *
 * <p>Where {@code python3} is missing the calling test is skipped, unless the build was started
 * with {@code -Dinterop=required}: then it fails.
 */
enum PythonEnvironment {
  /** TensorFlow of the version that the Java runtime has. */
  TENSORFLOW_2_18("tf2.18"),
  /** The newest TensorFlow. */
  TENSORFLOW_2_21("tf2.21"),
  /** The exporters whose models Espalier takes, with the last TensorFlow they all run on. */
  EXPORTERS("exporters");

  private static final long SETUP_MINUTES = 15;

  /** Far more than a script takes, so that only one that hangs is stopped. */
  private static final long SCRIPT_MINUTES = 20;

  private final String name;

  PythonEnvironment(String name) {
    this.name = name;
  }

  /** Runs a script of {@code src/test/python} and returns what it printed. */
  String run(String script, Object... arguments) throws IOException, InterruptedException {
    return run(SCRIPT_MINUTES, script, arguments);
  }

  /** As {@link #run(String, Object...)}, for a script that may take so many minutes. */
  String run(long minutes, String script, Object... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(interpreter().toString());
    command.add(Root.resolve("it/src/test/python/" + script).toString());
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    ProcessOutput output = ProcessOutput.of(command, minutes);
    if (output.exit() != 0) {
      throw new AssertionError(
          "%s with %s ended with %d:%n%s".formatted(script, name, output.exit(), output.text()));
    }
    return output.text();
  }

  /**
   * Skips the test that calls this, on its own thread, where there is no Python; fails it where
   * {@code -Dinterop=required} asks for one.
   */
  static void checkInstalled() throws InterruptedException {
    boolean found = hasPython();
    if (!"required".equals(System.getProperty("interop"))) {
      assumeTrue(
          found,
          "python3 is not installed, or lacks venv, so Python does not check what Java wrote");
    } else if (!found) {
      throw new AssertionError(
          "python3 is not installed, or lacks venv, but -Dinterop=required asks for it");
    }
  }

  /** Synchronized, for the lock on the file keeps out other processes alone. */
  private synchronized Path interpreter() throws IOException, InterruptedException {
    checkInstalled();
    Path requirements = Root.resolve("it/src/test/python/requirements-" + name + ".txt");
    String pins = Hashing.sha256().hashBytes(Files.readAllBytes(requirements)).toString();
    Path home = Root.resolve("target/python/" + name);
    Path done = home.resolve("pins.sha256");
    Files.createDirectories(home.getParent());
    try (FileChannel lock =
            FileChannel.open(
                home.resolveSibling(name + ".lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = lock.lock()) {
      if (held.isValid() && !(Files.exists(done) && Files.readString(done).equals(pins))) {
        require("python3", "-m", "venv", "--clear", home.toString());
        require(
            home.resolve("bin/python").toString(),
            "-m",
            "pip",
            "install",
            "--quiet",
            // Pins are complete; KerasHub would bring a second TensorFlow.
            "--no-deps",
            // Python compiles what is imported; compiling all of TensorFlow takes minutes.
            "--no-compile",
            "--disable-pip-version-check",
            "--requirement",
            requirements.toString());
        Files.writeString(done, pins);
      }
    }
    return home.resolve("bin/python");
  }

  /** Debian's python3 comes without the module that makes environments. */
  private static boolean hasPython() throws InterruptedException {
    try {
      Process python =
          new ProcessBuilder("python3", "-c", "import ensurepip, venv")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      return python.waitFor(1, TimeUnit.MINUTES) && python.exitValue() == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }

  private static void require(String... command) throws IOException, InterruptedException {
    ProcessOutput output = ProcessOutput.of(List.of(command), SETUP_MINUTES);
    if (output.exit() != 0) {
      throw new AssertionError(String.join(" ", command) + " failed:\n" + output.text());
    }
  }
}
