package org.espalier.tf.report;

import java.util.List;
import java.util.Locale;

/** Numbers as people read them. */
final class Quantity {
  private static final List<String> PREFIXES = List.of("", "k", "M", "G", "T", "P", "E", "Z", "Y");

  private Quantity() {}

  /** As in {@code 1.24 PFLOP}. */
  static String flops(double flops) {
    return scaled(flops) + "FLOP";
  }

  /** As in {@code 12.3 M}. */
  static String parameters(long count) {
    return scaled((double) count).strip();
  }

  static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  static String loss(double loss) {
    return Double.isFinite(loss) ? String.format(Locale.ROOT, "%.3f", loss) : "–";
  }

  /** As in {@code 2 min 5 s}. */
  static String seconds(double seconds) {
    if (seconds < 100) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 3_600) {
      return "%d min %d s".formatted(whole / 60, whole % 60);
    }
    return "%d h %d min".formatted(whole / 3_600, whole % 3_600 / 60);
  }

  private static String scaled(double value) {
    double rest = value;
    int prefix = 0;
    while (rest >= 999.5 && prefix + 1 < PREFIXES.size()) {
      rest /= 1_000;
      prefix++;
    }
    int decimals = prefix == 0 || rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2;
    return String.format(Locale.ROOT, "%." + decimals + "f ", rest) + PREFIXES.get(prefix);
  }
}
