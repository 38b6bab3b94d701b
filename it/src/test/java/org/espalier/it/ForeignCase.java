package org.espalier.it;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A model that Java wrote and Python compares with a network of its own.
 *
 * @param fields what {@code foreign_reference.py} is told
 */
record ForeignCase(Map<String, Object> fields) {
  static ForeignCase of(
      ForeignExporter exporter,
      ForeignAction action,
      String check,
      Path fixture,
      Path model,
      Map<String, Object> more) {
    Map<String, Object> fields = new LinkedHashMap<>(more);
    fields.put("check", check);
    fields.put("exporter", exporter.name());
    fields.put("action", action.name());
    fields.put("fixture", fixture.toString());
    fields.put("model", model.toString());
    return new ForeignCase(fields);
  }
}
