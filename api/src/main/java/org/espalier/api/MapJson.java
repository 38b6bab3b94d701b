package org.espalier.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Axis maps in JSON: {@code {"identity": 4}}, {@code {"old": 3, "select": [0, 1, 2, 0]}} or {@code
 * {"old": 2, "rows": [[0, 0.5, 1, 0.5], []]}} with index and weight in turn.
 */
final class MapJson {
  private MapJson() {}

  static JsonObject write(AxisMap map) {
    JsonObject object = new JsonObject();
    if (map instanceof Identity identity) {
      object.addProperty("identity", identity.size());
    } else if (map instanceof Selection selection) {
      object.addProperty("old", selection.oldSize());
      object.add(
          "select",
          JsonFields.array(selection.sources().stream().map(JsonPrimitive::new).toList()));
    } else {
      object.addProperty("old", map.oldSize());
      JsonArray rows = new JsonArray();
      for (int i = 0; i < map.newSize(); i++) {
        JsonArray row = new JsonArray();
        for (AxisMap.Entry entry : map.row(i)) {
          row.add(entry.index());
          row.add(entry.weight());
        }
        rows.add(row);
      }
      object.add("rows", rows);
    }
    return object;
  }

  static AxisMap read(JsonElement element) {
    JsonFields fields = JsonFields.of(element);
    if (fields.has("identity")) {
      return new Identity(fields.integer("identity"));
    }
    if (fields.has("select")) {
      return new Selection(
          fields.integer("old"), fields.list("select", item -> JsonFields.integer(item, "select")));
    }
    return new SparseMatrix(fields.integer("old"), fields.list("rows", MapJson::row));
  }

  private static List<AxisMap.Entry> row(JsonElement element) {
    List<JsonElement> numbers = JsonFields.list(element, "rows", item -> item);
    if (numbers.size() % 2 != 0) {
      throw new IllegalArgumentException("a row of 'rows' must hold index and weight in turn");
    }
    List<AxisMap.Entry> row = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i += 2) {
      row.add(
          new AxisMap.Entry(
              JsonFields.integer(numbers.get(i), "rows"),
              JsonFields.number(numbers.get(i + 1), "rows")));
    }
    return row;
  }

  static JsonObject write(Map<String, WidthPair> widths) {
    JsonObject object = new JsonObject();
    widths.forEach(
        (dimension, pair) -> {
          JsonObject both = new JsonObject();
          both.add("copies", write(pair.copies()));
          both.add("shares", write(pair.shares()));
          object.add(dimension, both);
        });
    return object;
  }

  static WidthPair readPair(JsonElement element) {
    JsonFields fields = JsonFields.of(element);
    return new WidthPair(read(fields.get("copies")), read(fields.get("shares")));
  }
}
