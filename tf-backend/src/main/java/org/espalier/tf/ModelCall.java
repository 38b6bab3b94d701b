package org.espalier.tf;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.espalier.tf.train.Calling;
import org.espalier.tf.train.InputRole;

/**
 * How a model made elsewhere is called, where its own names do not tell.
 *
 * @param function name of a signature, or object path of a function such as {@code __call__}; empty
 *     for the root's own call
 * @param inputs names of the function's arguments by what they are fed: {@code tokens}, {@code
 *     segments}, {@code mask}, {@code positions} or {@code images}; the others go by their names
 * @param logits name of the result that holds the logits; empty for {@code logits}, or else the
 *     first
 */
public record ModelCall(
    Optional<String> function, Map<String, String> inputs, Optional<String> logits) {
  /** Everything by convention. */
  public static final ModelCall BY_CONVENTION =
      new ModelCall(Optional.empty(), Map.of(), Optional.empty());

  /**
   * Copies the map.
   *
   * @throws EspalierException if inputs are fed something unknown
   */
  public ModelCall {
    inputs = ImmutableMap.copyOf(inputs);
    inputs.keySet().forEach(ModelCall::role);
  }

  Calling calling() {
    Map<InputRole, String> byRole = new EnumMap<>(InputRole.class);
    inputs.forEach((role, name) -> byRole.put(role(role), name));
    return new Calling(function, byRole, logits);
  }

  private static InputRole role(String label) {
    return Arrays.stream(InputRole.values())
        .filter(role -> role.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new EspalierException(
                    "An input cannot be fed '%s'; it can be fed %s"
                        .formatted(
                            label,
                            Arrays.stream(InputRole.values())
                                .map(InputRole::label)
                                .collect(Collectors.joining(", ")))));
  }
}
