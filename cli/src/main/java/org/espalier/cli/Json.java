package org.espalier.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes answers for programs. */
final class Json {
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().serializeNulls().setPrettyPrinting().create();

  private Json() {}

  /** Returns {@code fields} as a JSON object, keys in the order of the map. */
  static String write(Map<String, Object> fields) {
    return GSON.toJson(fields);
  }

  /** Returns a map from names and values in turn, in that order. */
  static Map<String, Object> object(Object... namesAndValues) {
    Map<String, Object> object = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return object;
  }

  /** Returns {@code value}, or null where JSON has no such number. */
  static Double number(double value) {
    return Double.isFinite(value) ? (Double) value : null;
  }
}
