package org.espalier.tf.savedmodel;

import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.EspalierException;
import org.espalier.api.Lineage;
import org.espalier.api.ModelSpec;

/**
 * What Espalier notes down beside a model: its spec and how it came to be.
 *
 * <p>It stands in the model's {@code assets.extra}, which consumers of a SavedModel ignore.
 *
 * @param spec what the model is made of
 * @param lineage the growths behind it
 * @param built the graph that the family's builder made for the spec; empty if another did, or none
 *     knows
 */
public record ModelRecord(ModelSpec spec, Lineage lineage, Optional<BuiltGraph> built) {
  /** Where the record stands in a SavedModel directory. */
  public static final Path FILE = Path.of("assets.extra", "espalier", "model.json");

  private static final long LARGEST_BYTES = 256L << 20;

  /** Creates the record of a model whose graph may be any. */
  public ModelRecord(ModelSpec spec, Lineage lineage) {
    this(spec, lineage, Optional.empty());
  }

  /**
   * Returns the record of a model, if it has one.
   *
   * @throws EspalierException if the record is damaged
   */
  public static Optional<ModelRecord> read(Path model) {
    Path file = model.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try {
      if (Files.size(file) > LARGEST_BYTES) {
        throw damaged(file, "it has " + Files.size(file) + " bytes", null);
      }
      Map<String, String> fields = RawFields.of(Files.readString(file));
      if (!fields.containsKey("spec") || !fields.containsKey("lineage")) {
        throw damaged(file, "it lacks spec or lineage", null);
      }
      return Optional.of(of(file, fields));
    } catch (IOException | JsonParseException e) {
      throw damaged(file, e.getMessage(), e);
    }
  }

  private static ModelRecord of(Path file, Map<String, String> fields) {
    try {
      return new ModelRecord(
          ModelSpec.fromJson(fields.get("spec")),
          Lineage.fromJson(fields.get("lineage")),
          Optional.ofNullable(fields.get("built")).flatMap(BuiltGraph::fromJson));
    } catch (EspalierException e) {
      throw damaged(file, e.getMessage(), e);
    }
  }

  /**
   * Writes this record into a model's directory.
   *
   * @throws IOException if that fails
   */
  public void write(Path model) throws IOException {
    StringBuilder json = new StringBuilder();
    json.append("{\n\"spec\": ").append(spec.toJson());
    json.append(",\n\"lineage\": ").append(lineage.toJson());
    built.ifPresent(graph -> json.append(",\n\"built\": ").append(graph.toJson()));
    Path file = model.resolve(FILE);
    Files.createDirectories(file.getParent());
    Files.writeString(file, json.append("\n}\n"));
  }

  private static EspalierException damaged(Path file, String how, Exception cause) {
    return new EspalierException(
        file + " is damaged (" + how + "); remove it to have the model recognised anew", cause);
  }
}
