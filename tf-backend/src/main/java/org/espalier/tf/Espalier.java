package org.espalier.tf;

import java.nio.file.Path;
import java.util.List;
import org.espalier.api.ModelRequest;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.Schedule;
import org.espalier.api.TrainSettings;
import org.espalier.tf.data.TokenStore;

/** Front door (skeleton for the branch cli; the lead's implementation replaces it). */
public final class Espalier {
  private Espalier() {}

  /** Opens with the operators on the class path. */
  public static Model open(Path directory) {
    throw new IllegalStateException();
  }

  /** Opens with the given operators. */
  public static Model open(Path directory, OperatorRegistry operators) {
    throw new IllegalStateException();
  }

  /** Builds a fresh model. */
  public static void init(ModelRequest request, long seed, Path out) {
    throw new IllegalStateException();
  }

  /** Preset names of a family, for help texts. */
  public static List<String> families() {
    throw new IllegalStateException();
  }

  /** Recipe names. */
  public static List<String> recipes() {
    throw new IllegalStateException();
  }

  /** A recipe. */
  public static Schedule recipe(String name) {
    throw new IllegalStateException();
  }

  /** A schedule from YAML. */
  public static Schedule schedule(Path yaml) {
    throw new IllegalStateException();
  }

  /** Runs a schedule with defaults. */
  public static RunResult run(Schedule schedule, TokenStore text, Path runDirectory) {
    throw new IllegalStateException();
  }

  /** Runs a schedule. */
  public static RunResult run(
      Schedule schedule,
      TokenStore text,
      Path runDirectory,
      RunOptions options,
      OperatorRegistry operators) {
    throw new IllegalStateException();
  }

  /** Trains one model for one stage and writes the trained model to out. */
  public static RunResult train(
      Path model, TokenStore text, TrainSettings settings, long seed, Path out, RunOptions options) {
    throw new IllegalStateException();
  }

  /** Held-out loss of a model. */
  public static Evaluation evaluate(
      Path model, TokenStore text, TrainSettings settings, long seed, Device device) {
    throw new IllegalStateException();
  }

  /** Writes report.html of a run directory anew and returns its path. */
  public static Path report(Path runDirectory) {
    throw new IllegalStateException();
  }
}
