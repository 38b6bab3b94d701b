package org.espalier.tf;

import java.util.Collection;
import java.util.stream.Collectors;

/** Option values as the text that a user would write. */
final class OptionText {
  private OptionText() {}

  static String of(Object value) {
    if (value instanceof Collection<?> many) {
      return many.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
    return String.valueOf(value);
  }
}
