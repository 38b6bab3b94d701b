package org.espalier.tf.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An operator changed weights between two steps of a stage.
 *
 * @param at the steps done before it
 * @param operator the operator's id
 * @param version the version of the jar it came from; may be empty
 * @param options the options it ran with, in order
 * @param tensors parameters that it changed
 * @param active weights of masked parameters that are in use afterwards
 * @param moved those of them that were not in use before
 */
public record InSessionGrowth(
    RunPosition at,
    String operator,
    String version,
    Map<String, String> options,
    int tensors,
    long active,
    long moved)
    implements RunEvent {

  /** Copies the map. */
  public InSessionGrowth {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(operator, "operator");
    Objects.requireNonNull(version, "version");
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }
}
