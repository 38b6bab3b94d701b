package org.espalier.cli;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.espalier.api.Claim;

/** Writes constants and maps as users know them. */
final class Labels {
  private Labels() {}

  /** Returns the name of a constant as in schedules, such as {@code function_preserving}. */
  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Returns claims, comma-separated. */
  static String claims(Collection<Claim> claims) {
    return claims.stream().map(Labels::of).collect(Collectors.joining(", "));
  }

  /** Returns {@code key=value …}. */
  static String settings(Map<String, ?> settings) {
    return settings.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" "));
  }
}
