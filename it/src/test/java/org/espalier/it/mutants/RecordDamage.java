package org.espalier.it.mutants;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.gson.JsonPrimitive;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes the record that Espalier leaves beside a model; it stays JSON. */
final class RecordDamage {
  private static final int DEPTH = 20_000;

  private RecordDamage() {}

  static void change(Path record, Random random) throws IOException {
    JsonElement json = JsonParser.parseString(Files.readString(record));
    List<JsonElement> containers = new ArrayList<>();
    collect(json, containers);
    JsonElement container = containers.get(random.nextInt(containers.size()));
    String text = null;
    if (random.nextInt(8) == 0) {
      text = "[".repeat(DEPTH) + "]".repeat(DEPTH);
    }
    if (container instanceof JsonObject object && !object.isEmpty()) {
      List<String> keys = new ArrayList<>(object.keySet());
      String key = keys.get(random.nextInt(keys.size()));
      JsonElement old = object.remove(key);
      switch (random.nextInt(4)) {
        case 0 -> {}
        case 1 -> object.add(key + "x", old);
        default -> object.add(key, text == null ? value(random) : new JsonPrimitive("DEEP"));
      }
    } else if (container instanceof JsonArray array && !array.isEmpty()) {
      int index = random.nextInt(array.size());
      if (random.nextBoolean()) {
        array.add(array.get(index));
      } else {
        array.set(index, text == null ? value(random) : new JsonPrimitive("DEEP"));
      }
    }
    String written = json.toString();
    Files.writeString(record, text == null ? written : written.replace("\"DEEP\"", text));
  }

  private static JsonElement value(Random random) {
    List<JsonElement> values =
        List.of(
            JsonNull.INSTANCE,
            new JsonObject(),
            new JsonArray(),
            new JsonPrimitive("../../x"),
            new JsonPrimitive(true),
            new JsonPrimitive(-1),
            new JsonPrimitive(1.5),
            new JsonPrimitive(1L << 40),
            new JsonPrimitive(new BigDecimal("1e999999999")),
            new JsonPrimitive(Long.MAX_VALUE));
    return values.get(random.nextInt(values.size()));
  }

  private static void collect(JsonElement json, List<JsonElement> containers) {
    if (json instanceof JsonObject object) {
      containers.add(object);
      object.entrySet().forEach(entry -> collect(entry.getValue(), containers));
    } else if (json instanceof JsonArray array) {
      containers.add(array);
      array.forEach(element -> collect(element, containers));
    }
  }
}
