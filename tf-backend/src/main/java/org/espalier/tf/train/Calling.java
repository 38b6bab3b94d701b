package org.espalier.tf.train;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a model is called, where its own names do not tell.
 *
 * @param function name of a signature, or object path of a function
 * @param inputs names of the function's arguments, by role; the others go by their names
 * @param logits name of the result that holds the logits
 */
public record Calling(
    Optional<String> function, Map<InputRole, String> inputs, Optional<String> logits) {
  /** Everything by convention. */
  public static final Calling BY_CONVENTION =
      new Calling(Optional.empty(), Map.of(), Optional.empty());

  /** Copies the map. */
  public Calling {
    inputs = ImmutableMap.copyOf(inputs);
  }
}
