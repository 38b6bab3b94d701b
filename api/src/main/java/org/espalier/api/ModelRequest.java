package org.espalier.api;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * The model that a schedule starts with.
 *
 * @param family the architecture to build, such as {@code bert}
 * @param settings preset, sizes and choices by name, such as {@code blocks: 3}, as text
 */
public record ModelRequest(String family, Map<String, String> settings) {
  /** Copies the map. */
  public ModelRequest {
    settings = Collections.unmodifiableMap(new TreeMap<>(settings));
  }
}
