package org.espalier.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Reads the fields of a JSON object; a missing field or one of another type is an {@link
 * IllegalArgumentException} that names it.
 */
record JsonFields(JsonObject object) {

  static JsonFields of(JsonElement element) {
    if (!element.isJsonObject()) {
      throw new IllegalArgumentException("an object is expected, found " + excerpt(element));
    }
    return new JsonFields(element.getAsJsonObject());
  }

  boolean has(String name) {
    return object.has(name);
  }

  JsonElement get(String name) {
    JsonElement element = object.get(name);
    if (element == null) {
      throw new IllegalArgumentException("'" + name + "' is missing");
    }
    return element;
  }

  String text(String name) {
    return text(get(name), name);
  }

  static String text(JsonElement element, String name) {
    if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isString()) {
      throw wrong(name, "a text", element);
    }
    return element.getAsString();
  }

  int integer(String name) {
    return integer(get(name), name);
  }

  static int integer(JsonElement element, String name) {
    long value = whole(element, name);
    if (value != (int) value) {
      throw wrong(name, "an integer of 32 bits", element);
    }
    return (int) value;
  }

  long whole(String name) {
    return whole(get(name), name);
  }

  static long whole(JsonElement element, String name) {
    try {
      if (isNumber(element)) {
        return Long.parseLong(element.getAsString());
      }
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(wrong(name, "an integer", element).getMessage(), e);
    }
    throw wrong(name, "an integer", element);
  }

  double number(String name) {
    return number(get(name), name);
  }

  static double number(JsonElement element, String name) {
    if (!isNumber(element) || !Double.isFinite(element.getAsDouble())) {
      throw wrong(name, "a number", element);
    }
    return element.getAsDouble();
  }

  boolean truth(String name) {
    JsonElement element = get(name);
    if (!element.isJsonPrimitive() || !element.getAsJsonPrimitive().isBoolean()) {
      throw wrong(name, "true or false", element);
    }
    return element.getAsBoolean();
  }

  <E extends Enum<E>> E constant(String name, Class<E> type) {
    return constant(get(name), name, type);
  }

  static <E extends Enum<E>> E constant(JsonElement element, String name, Class<E> type) {
    String text = text(element, name);
    for (E constant : type.getEnumConstants()) {
      if (nameOf(constant).equals(text)) {
        return constant;
      }
    }
    throw wrong(
        name,
        "one of " + List.of(type.getEnumConstants()).stream().map(JsonFields::nameOf).toList(),
        element);
  }

  static String nameOf(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  <T> List<T> list(String name, Function<JsonElement, T> read) {
    return list(get(name), name, read);
  }

  static <T> List<T> list(JsonElement element, String name, Function<JsonElement, T> read) {
    if (!element.isJsonArray()) {
      throw wrong(name, "a list", element);
    }
    JsonArray array = element.getAsJsonArray();
    List<T> list = new ArrayList<>(array.size());
    for (JsonElement item : array) {
      list.add(read.apply(item));
    }
    return list;
  }

  <T> Map<String, T> map(String name, Function<JsonElement, T> read) {
    JsonElement element = get(name);
    if (!element.isJsonObject()) {
      throw wrong(name, "an object", element);
    }
    Map<String, T> map = new LinkedHashMap<>();
    element.getAsJsonObject().asMap().forEach((key, value) -> map.put(key, read.apply(value)));
    return map;
  }

  static JsonArray array(Iterable<? extends JsonElement> elements) {
    JsonArray array = new JsonArray();
    elements.forEach(array::add);
    return array;
  }

  static JsonObject texts(Map<String, String> texts) {
    JsonObject object = new JsonObject();
    texts.forEach(object::addProperty);
    return object;
  }

  private static boolean isNumber(JsonElement element) {
    return element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber();
  }

  private static IllegalArgumentException wrong(String name, String wanted, JsonElement element) {
    return new IllegalArgumentException(
        "'%s' must be %s, found %s".formatted(name, wanted, excerpt(element)));
  }

  private static String excerpt(JsonElement element) {
    String text = element.toString();
    return text.length() > 60 ? text.substring(0, 60) + "…" : text;
  }
}
