package org.espalier.tf.savedmodel;

import com.google.common.hash.Hashing;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
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
    Path graph = model.resolve(SavedModelDirectory.GRAPH);
    return new BuiltGraph(
        dropout, Hashing.sha256().hashBytes(Files.readAllBytes(graph)).toString());
  }

  /** What is no mark marks nothing: the graph is then read. */
  static Optional<BuiltGraph> fromJson(String json) {
    if (!(JsonParser.parseString(json) instanceof JsonObject fields)
        || !(fields.get("dropout") instanceof JsonPrimitive dropout)
        || !(fields.get("sha256") instanceof JsonPrimitive sha256)
        || !dropout.isNumber()) {
      return Optional.empty();
    }
    return Optional.of(new BuiltGraph(dropout.getAsDouble(), sha256.getAsString()));
  }

  String toJson() {
    JsonObject fields = new JsonObject();
    fields.addProperty("dropout", dropout);
    fields.addProperty("sha256", sha256);
    return fields.toString();
  }
}
