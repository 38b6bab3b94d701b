package org.espalier.tf.train;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.api.EspalierException;

/**
 * A finished checkpoint on disk: a TensorBundle and where the run stood.
 *
 * <p>The bundle holds, by parameter name P: {@code value/P} of each variable the session holds, and
 * {@code m/P}, {@code v/P} and {@code step/P} (int64) of each floating-point parameter that may be
 * trained, zero where it never was. Of a sparse model the masks stand beside it.
 *
 * @param directory {@code stage-N/trainer/step-S}
 * @param state where the run stood
 */
public record Checkpoint(Path directory, TrainerState state) {
  static final String STATE_FILE = "trainer.json";
  static final String MASKS_FILE = "masks.bin";
  static final String PREFIX = "checkpoint";
  private static final long LARGEST_STATE = 1L << 20;

  /** Returns what the names of the bundle's files start with. */
  public Path prefix() {
    return directory.resolve(PREFIX);
  }

  /** Returns the key of how often a parameter was updated. */
  public static String step(String parameter) {
    return "step/" + parameter;
  }

  /** Returns the key of a parameter's first moment. */
  public static String firstMoment(String parameter) {
    return TrainGraph.firstMoment(parameter);
  }

  /** Returns the key of a parameter's second moment. */
  public static String secondMoment(String parameter) {
    return TrainGraph.secondMoment(parameter);
  }

  /** Returns the key of a variable's value. */
  public static String value(String variable) {
    return TrainGraph.value(variable);
  }

  static Checkpoint read(Path directory) {
    Path file = directory.resolve(STATE_FILE);
    try {
      if (Files.size(file) > LARGEST_STATE) {
        throw damaged(file, "it is " + Files.size(file) + " bytes long", null);
      }
      TrainerState state = new Gson().fromJson(Files.readString(file), TrainerState.class);
      if (state == null || state.environment() == null || state.schedule() == null) {
        throw damaged(file, "fields are missing", null);
      }
      return new Checkpoint(directory, state);
    } catch (IOException | JsonParseException e) {
      throw damaged(file, e.getMessage(), e);
    }
  }

  static void writeState(Path directory, TrainerState state) throws IOException {
    Gson gson = new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();
    Files.writeString(directory.resolve(STATE_FILE), gson.toJson(state) + "\n");
  }

  private static EspalierException damaged(Path file, String how, Exception cause) {
    return new EspalierException(
        "Checkpoint file %s is damaged: %s; remove its folder to go on from the one before"
            .formatted(file, how),
        cause);
  }
}
