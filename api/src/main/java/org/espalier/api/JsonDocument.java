package org.espalier.api;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.util.function.Function;

/** Reads and writes JSON texts of one thing, with the version of their format. */
final class JsonDocument {
  private static final int FORMAT = 1;
  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private JsonDocument() {}

  /** Returns the text of {@code body}, headed by the version. */
  static String write(JsonObject body) {
    JsonObject document = new JsonObject();
    document.addProperty("format", FORMAT);
    body.asMap().forEach(document::add);
    return GSON.toJson(document);
  }

  /**
   * Returns what {@code read} makes of a text.
   *
   * @param what the thing, for messages, such as {@code a plan}
   * @throws EspalierException if the text is no JSON of this version, or says what cannot be
   */
  static <T> T read(String what, String text, Function<JsonFields, T> read) {
    try {
      JsonFields fields = JsonFields.of(parse(text));
      int format = fields.integer("format");
      if (format != FORMAT) {
        throw new EspalierException(
            "This is the JSON of %s in format %d, but this Espalier reads format %d; use the version"
                    .formatted(what, format, FORMAT)
                + " that wrote it");
      }
      return read.apply(fields);
    } catch (IOException
        | JsonParseException
        | IllegalArgumentException
        | IllegalStateException
        | ArithmeticException e) {
      throw new EspalierException(
          "This is not the JSON of %s: %s".formatted(what, firstLine(e)), e);
    }
  }

  private static JsonElement parse(String text) throws IOException {
    JsonReader reader = new JsonReader(new StringReader(text));
    reader.setStrictness(Strictness.STRICT);
    JsonElement element = GSON.getAdapter(JsonElement.class).read(reader);
    if (reader.peek() != JsonToken.END_DOCUMENT) {
      throw new IllegalArgumentException("something follows its end");
    }
    return element;
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
