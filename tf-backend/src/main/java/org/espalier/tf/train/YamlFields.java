package org.espalier.tf.train;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.espalier.api.EspalierException;
import org.espalier.api.Suggestion;

/** A mapping of a YAML document that says in errors which field they are about. */
final class YamlFields {
  private final String path;
  private final Map<String, Object> values = new LinkedHashMap<>();

  private YamlFields(String path, Map<?, ?> map) {
    this.path = path;
    map.forEach((key, value) -> values.put(String.valueOf(key), value));
  }

  static YamlFields of(String path, Object value) {
    if (value instanceof Map<?, ?> map) {
      return new YamlFields(path, map);
    }
    throw new EspalierException(
        (path.isEmpty() ? "A schedule" : path)
            + " must hold fields (name: value), but is "
            + describe(value));
  }

  /** Refuses fields with other names. */
  YamlFields allow(String... names) {
    for (String name : values.keySet()) {
      if (!List.of(names).contains(name)) {
        String meant =
            Suggestion.nearest(name, List.of(names))
                .map(n -> " (did you mean '" + n + "'?)")
                .orElse("");
        throw new EspalierException(
            "%s is no field%s; allowed are %s"
                .formatted(at(name), meant, String.join(", ", names)));
      }
    }
    return this;
  }

  Set<String> names() {
    return new TreeSet<>(values.keySet());
  }

  boolean has(String name) {
    return values.get(name) != null;
  }

  YamlFields fields(String name) {
    return of(at(name), required(name));
  }

  /** The elements of a list; none where the field is missing. */
  List<?> list(String name) {
    Object value = values.get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw new EspalierException(at(name) + " must be a list, but is " + describe(value));
  }

  String text(String name) {
    return scalar(name, required(name));
  }

  String text(String name, String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  /** A value as an option is written: lists are joined by commas. */
  String option(String name) {
    Object value = required(name);
    if (value instanceof List<?> list) {
      return String.join(",", list.stream().map(element -> scalar(name, element)).toList());
    }
    return scalar(name, value);
  }

  private String scalar(String name, Object value) {
    if (value instanceof Map || value instanceof List) {
      throw new EspalierException(at(name) + " must be one value, but is " + describe(value));
    }
    return String.valueOf(value);
  }

  long whole(String name) {
    String text = text(name);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new EspalierException(at(name) + " is " + text + ", must be a whole number", e);
    }
  }

  long whole(String name, long otherwise) {
    return has(name) ? whole(name) : otherwise;
  }

  int small(String name, int otherwise) {
    long value = whole(name, otherwise);
    if (value != (int) value) {
      throw new EspalierException(
          at(name) + " is " + value + ", must be at most " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  double number(String name) {
    String text = text(name);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new EspalierException(at(name) + " is " + text + ", must be a number", e);
    }
  }

  double number(String name, double otherwise) {
    return has(name) ? number(name) : otherwise;
  }

  /** Puts this mapping's path before what a value's constructor complains of. */
  <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new EspalierException((path.isEmpty() ? "" : path + ".") + e.getMessage(), e);
    }
  }

  String at(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  private Object required(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new EspalierException(at(name) + " is missing");
    }
    return value;
  }

  private static String describe(Object value) {
    if (value == null) {
      return "empty";
    }
    return value instanceof Map
        ? "a mapping"
        : value instanceof List ? "a list" : "'" + value + "'";
  }
}
