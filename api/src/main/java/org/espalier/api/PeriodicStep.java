package org.espalier.api;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * An operator that runs while a stage trains, on the weights where they are, after every so many
 * steps but not after the last.
 *
 * <p>Its plan must leave the model's spec as it is. If it has options {@code update} and {@code
 * updates} that the user does not give, it is told in them which time it runs, from 1, and one more
 * than how often it runs in all.
 *
 * @param operator its id
 * @param options its options, by name, as text
 * @param every steps between two runs
 */
public record PeriodicStep(String operator, Map<String, String> options, long every) {
  /** Copies the map and checks the period. */
  public PeriodicStep {
    options = Collections.unmodifiableMap(new TreeMap<>(options));
    if (every < 1) {
      throw new IllegalArgumentException("every is " + every + ", must be at least 1");
    }
  }
}
