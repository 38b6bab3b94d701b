package org.espalier.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code KEY=VALUE} arguments. */
final class KeyValues {
  private KeyValues() {}

  /**
   * Returns the values by key, in order.
   *
   * @param option the option that took the arguments, for messages
   * @throws IllegalArgumentException if one has no key or no {@code =}, or a key comes twice
   */
  static Map<String, String> parse(String option, List<String> arguments) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals < 1) {
        throw new IllegalArgumentException(
            "%s '%s' must be written KEY=VALUE".formatted(option, argument));
      }
      String key = argument.substring(0, equals);
      if (values.put(key, argument.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("%s %s is given twice".formatted(option, key));
      }
    }
    return values;
  }
}
