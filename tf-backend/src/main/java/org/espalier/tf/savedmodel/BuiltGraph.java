package org.espalier.tf.savedmodel;

import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The mark of a graph that a family's builder made from a spec alone, so that whoever knows the
 * spec need not read the graph.
 *
 * @param dropout the rate in the training function, which a spec does not hold
 * @param sha256 of {@code saved_model.pb}, 64 hex digits: another graph does not bear the mark
 */
public record BuiltGraph(double dropout, String sha256) {
  /**
   * Marks the graph that stands in a model's folder.
   *
   * @throws IOException if it cannot be read
   */
  public static BuiltGraph of(Path model, double dropout) throws IOException {
    return new BuiltGraph(dropout, hash(model));
  }

  /** Returns whether the graph in a model's folder is the marked one. */
  public boolean marks(Path model) {
    try {
      return Files.isRegularFile(model.resolve(SavedModelDirectory.GRAPH))
          && sha256.equals(hash(model));
    } catch (IOException unreadable) {
      // Reading it the long way says why.
      return false;
    }
  }

  private static String hash(Path model) throws IOException {
    return MoreFiles.asByteSource(model.resolve(SavedModelDirectory.GRAPH))
        .hash(Hashing.sha256())
        .toString();
  }

  /** What is no mark marks nothing: the graph is then read. */
  static Optional<BuiltGraph> fromJson(JsonElement json) {
    if (json == null
        || !json.isJsonObject()
        || !(json.getAsJsonObject().get("dropout") instanceof JsonPrimitive dropout)
        || !(json.getAsJsonObject().get("sha256") instanceof JsonPrimitive sha256)
        || !dropout.isNumber()) {
      return Optional.empty();
    }
    return Optional.of(new BuiltGraph(dropout.getAsDouble(), sha256.getAsString()));
  }

  JsonObject toJson() {
    JsonObject json = new JsonObject();
    json.addProperty("dropout", dropout);
    json.addProperty("sha256", sha256);
    return json;
  }
}
