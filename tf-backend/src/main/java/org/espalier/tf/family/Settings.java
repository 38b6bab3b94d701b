package org.espalier.tf.family;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;

/** Reads the settings of a model by name and names the one that is wrong. */
final class Settings {
  private final Map<String, String> values;

  /** Checks that every setting is one of {@code known}. */
  Settings(String family, Map<String, String> values, Collection<String> known) {
    this.values = values;
    Set<String> unknown = new LinkedHashSet<>(values.keySet());
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      throw new EspalierException(
          "No setting '%s' of family %s; choose from %s"
              .formatted(unknown.iterator().next(), family, String.join(", ", known)));
    }
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise).strip();
  }

  int whole(String name, int otherwise) {
    return has(name) ? whole(name) : otherwise;
  }

  int whole(String name) {
    try {
      return Integer.parseInt(text(name, "").replace("_", ""));
    } catch (NumberFormatException e) {
      throw new EspalierException(
          "%s is '%s', but must be a whole number up to %d"
              .formatted(name, text(name, ""), Integer.MAX_VALUE),
          e);
    }
  }

  boolean truth(String name, boolean otherwise) {
    String text = text(name, Boolean.toString(otherwise));
    if (!text.equals("true") && !text.equals("false")) {
      throw new EspalierException("%s is '%s', but must be true or false".formatted(name, text));
    }
    return text.equals("true");
  }

  double number(String name, double otherwise) {
    if (!has(name)) {
      return otherwise;
    }
    try {
      return Double.parseDouble(text(name, ""));
    } catch (NumberFormatException e) {
      throw new EspalierException(
          "%s is '%s', but must be a number such as %s".formatted(name, text(name, ""), otherwise),
          e);
    }
  }
}
