package org.espalier.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a finished process left.
 *
 * @param exit its exit status
 * @param text all it printed, standard output and error together
 */
record ProcessOutput(int exit, String text) {

  /** Runs a command and waits for its end. */
  static ProcessOutput of(List<String> command, long minutes)
      throws IOException, InterruptedException {
    Path printed = Files.createTempFile("espalier-it", ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile());
      builder.environment().put("TF_CPP_MIN_LOG_LEVEL", "2");
      builder.environment().put("CUDA_VISIBLE_DEVICES", "-1");
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
        throw new AssertionError(
            String.join(" ", command)
                + " ran longer than "
                + minutes
                + " minutes:\n"
                + Files.readString(printed));
      }
      return new ProcessOutput(process.exitValue(), Files.readString(printed));
    } finally {
      Files.deleteIfExists(printed);
    }
  }
}
