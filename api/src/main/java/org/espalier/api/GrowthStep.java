package org.espalier.api;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One operator of a schedule.
 *
 * @param operator its id
 * @param options its options, by name, as text
 * @param references names of earlier stages whose models it takes as references, by reference name
 */
public record GrowthStep(
    String operator, Map<String, String> options, Map<String, String> references) {
  /** Copies the maps. */
  public GrowthStep {
    options = Collections.unmodifiableMap(new TreeMap<>(options));
    references = Collections.unmodifiableMap(new TreeMap<>(references));
  }
}
