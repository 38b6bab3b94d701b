package org.espalier.tf.train;

import com.google.common.hash.Hashing;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.api.EspalierException;

/**
 * What must be the same when a run is resumed, stored as {@code run.json}.
 *
 * @param schedule SHA-256 of the schedule
 * @param data fingerprint of the corpus
 * @param environment what else the bits depend on
 */
record RunFacts(String schedule, String data, RunEnvironment environment) {
  private static final Gson GSON =
      new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

  static String hash(String scheduleText) {
    return Hashing.sha256().hashString(scheduleText, StandardCharsets.UTF_8).toString();
  }

  static RunFacts read(Path file) {
    try {
      RunFacts facts = GSON.fromJson(Files.readString(file), RunFacts.class);
      if (facts == null || facts.environment == null) {
        throw new EspalierException(file + " is damaged: fields are missing");
      }
      return facts;
    } catch (IOException | JsonParseException e) {
      throw new EspalierException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  void write(Path file) {
    AtomicDirectory.writeFile(file, GSON.toJson(this) + "\n");
  }

  /**
   * Checks that a run that began with these facts may go on with others.
   *
   * @throws EspalierException if it may not
   */
  void requireSame(RunFacts now, Path run, boolean acceptEnvironment) {
    if (!schedule.equals(now.schedule)) {
      throw new EspalierException(
          ("%s was started with another schedule (see its schedule.yaml); resume with that one, or"
                  + " start a new run elsewhere")
              .formatted(run));
    }
    if (!data.equals(now.data)) {
      throw new EspalierException(
          "%s was started on other data; resume with the same data, or start a new run elsewhere"
              .formatted(run));
    }
    List<String> differences = environment.differences(now.environment);
    if (!differences.isEmpty() && !acceptEnvironment) {
      throw new EspalierException(
          ("%s cannot be continued bit for bit here: %s; go on where it began, or accept the change"
                  + " of environment")
              .formatted(run, String.join(", ", differences)));
    }
  }
}
