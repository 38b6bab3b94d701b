package org.espalier.tf.yaml;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.espalier.api.EspalierException;
import org.espalier.api.Suggestion;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** A mapping of a YAML document that says in errors which field they are about. */
public final class YamlFields {
  /** No document of ours comes near; a larger one is a mistake. */
  public static final int LARGEST = 1 << 20;

  private final String path;
  private final Map<String, Object> values = new LinkedHashMap<>();

  private YamlFields(String path, Map<?, ?> map) {
    this.path = path;
    map.forEach((key, value) -> values.put(String.valueOf(key), value));
  }

  /**
   * Reads a document.
   *
   * @param what what it is, as in "A schedule"
   * @throws EspalierException if it is no YAML, is too long, or holds no fields
   */
  public static YamlFields parse(String what, String yaml) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setCodePointLimit(LARGEST);
    options.setMaxAliasesForCollections(50);
    options.setNestingDepthLimit(20);
    Object document;
    try {
      document = new Yaml(new SafeConstructor(options)).load(yaml);
    } catch (MarkedYAMLException e) {
      throw new EspalierException(
          "%s is no YAML: line %d: %s"
              .formatted(
                  what,
                  e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1,
                  e.getProblem()),
          e);
    } catch (YAMLException e) {
      throw new EspalierException(what + " is no YAML: " + e.getMessage(), e);
    }
    if (document instanceof Map<?, ?> map) {
      return new YamlFields("", map);
    }
    throw noFields(what, document);
  }

  /**
   * Wraps a value inside a document.
   *
   * @param path where it stands
   */
  public static YamlFields of(String path, Object value) {
    if (value instanceof Map<?, ?> map) {
      return new YamlFields(path, map);
    }
    throw noFields(path, value);
  }

  private static EspalierException noFields(String what, Object value) {
    return new EspalierException(
        what + " must hold fields (name: value), but is " + describe(value));
  }

  /** Refuses fields with other names. */
  public YamlFields allow(String... names) {
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

  /** Returns the names of the fields, sorted. */
  public Set<String> names() {
    return new TreeSet<>(values.keySet());
  }

  /** Returns whether a field is there and not empty. */
  public boolean has(String name) {
    return values.get(name) != null;
  }

  /** Returns a field that holds fields. */
  public YamlFields fields(String name) {
    return of(at(name), required(name));
  }

  /** The elements of a list; none where the field is missing. */
  public List<?> list(String name) {
    Object value = values.get(name);
    if (value == null) {
      return List.of();
    }
    if (value instanceof List<?> list) {
      return list;
    }
    throw new EspalierException(at(name) + " must be a list, but is " + describe(value));
  }

  /** Returns a field of one value. */
  public String text(String name) {
    return scalar(name, required(name));
  }

  /** Returns a field of one value, or {@code otherwise} where it is missing. */
  public String text(String name, String otherwise) {
    return has(name) ? text(name) : otherwise;
  }

  /** A value as an option is written: lists are joined by commas. */
  public String option(String name) {
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

  /** Returns a whole number. */
  public long whole(String name) {
    String text = text(name);
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new EspalierException(at(name) + " is " + text + ", must be a whole number", e);
    }
  }

  /** Returns a whole number, or {@code otherwise} where it is missing. */
  public long whole(String name, long otherwise) {
    return has(name) ? whole(name) : otherwise;
  }

  /** Returns a whole number that fits an int, or {@code otherwise} where it is missing. */
  public int small(String name, int otherwise) {
    long value = whole(name, otherwise);
    if (value != (int) value) {
      throw new EspalierException(
          at(name) + " is " + value + ", must be at most " + Integer.MAX_VALUE);
    }
    return (int) value;
  }

  /** Returns a number. */
  public double number(String name) {
    String text = text(name);
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw new EspalierException(at(name) + " is " + text + ", must be a number", e);
    }
  }

  /** Returns a number, or {@code otherwise} where it is missing. */
  public double number(String name, double otherwise) {
    return has(name) ? number(name) : otherwise;
  }

  /** Puts this mapping's path before what a value's constructor complains of. */
  public <T> T checked(Supplier<T> value) {
    try {
      return value.get();
    } catch (IllegalArgumentException e) {
      throw new EspalierException((path.isEmpty() ? "" : path + ".") + e.getMessage(), e);
    }
  }

  /** Returns where a field stands in the document. */
  public String at(String name) {
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
