package org.espalier.tf.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.util.ArrayList;
import java.util.List;
import org.espalier.api.EspalierException;

/** What growths made a model of, as JSON and back. */
public final class GrowthSourcesJson {
  private GrowthSourcesJson() {}

  /** Returns the growths between two stages, in order, as a JSON array. */
  public static String write(List<GrowthSources> growths) {
    JsonArray array = new JsonArray();
    growths.forEach(growth -> array.add(toJson(growth)));
    return array + "\n";
  }

  /**
   * Returns what {@link #write} wrote.
   *
   * @throws EspalierException if the text is something else
   */
  public static List<GrowthSources> read(String text) {
    try {
      List<GrowthSources> growths = new ArrayList<>();
      for (JsonElement growth : JsonParser.parseString(text).getAsJsonArray()) {
        growths.add(fromJson(growth.getAsJsonObject()));
      }
      return growths;
    } catch (JsonParseException
        | IllegalStateException
        | NullPointerException
        | NumberFormatException
        | UnsupportedOperationException e) {
      // What Gson throws where a field is absent or of another type.
      throw new EspalierException("not a list of what growths are made of: " + e.getMessage(), e);
    }
  }

  static JsonObject toJson(GrowthSources sources) {
    JsonObject json = new JsonObject();
    json.addProperty("new_blocks", sources.newBlocks());
    json.addProperty("connection_rate", sources.connectionRate());
    json.addProperty("copied", sources.copied());
    json.addProperty("combined", sources.combined());
    json.addProperty("filled", sources.filled());
    json.addProperty("computed", sources.computed());
    return json;
  }

  static GrowthSources fromJson(JsonObject json) {
    return new GrowthSources(
        json.get("new_blocks").getAsInt(),
        json.get("connection_rate").getAsDouble(),
        json.get("copied").getAsLong(),
        json.get("combined").getAsLong(),
        json.get("filled").getAsLong(),
        json.get("computed").getAsLong());
  }
}
