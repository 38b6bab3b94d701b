package org.espalier.api;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * One growth in a model's past.
 *
 * @param operator id of the operator
 * @param version version of the jar that held it, or {@code unknown}
 * @param options as the user gave them, by name
 * @param seed of the request
 * @param blocks which old blocks each block was made of
 * @param widths how each grown dimension was made, by name
 * @param parent fingerprint of the model before; empty in a plan that was not carried out
 */
public record Growth(
    String operator,
    String version,
    Map<String, String> options,
    long seed,
    BlockMap blocks,
    Map<String, WidthPair> widths,
    String parent) {
  /** Copies the maps. */
  public Growth {
    options = Collections.unmodifiableMap(new TreeMap<>(options));
    widths = Collections.unmodifiableMap(new TreeMap<>(widths));
  }

  /** Returns this growth, of the model with that fingerprint. */
  public Growth of(String fingerprint) {
    return new Growth(operator, version, options, seed, blocks, widths, fingerprint);
  }
}
