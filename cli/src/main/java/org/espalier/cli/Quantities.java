package org.espalier.cli;

import java.util.Locale;

/** Writes numbers for people. */
final class Quantities {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T", "P", "E"};

  private Quantities() {}

  /** Returns a count with thousands apart, such as {@code 1,234}. */
  static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Returns an amount to three digits with a decimal prefix, such as {@code 1.34 GB}. */
  static String amount(double number, String unit) {
    int prefix = 0;
    double rest = number;
    // 999.5 would be written as 1000 at this precision.
    while (Math.abs(rest) >= 999.5 && prefix < PREFIXES.length - 1) {
      rest /= 1000;
      prefix++;
    }
    String digits =
        prefix == 0 && rest == Math.rint(rest)
            ? String.format(Locale.ROOT, "%.0f", rest)
            : String.format(
                Locale.ROOT, rest < 9.995 ? "%.2f" : rest < 99.95 ? "%.1f" : "%.0f", rest);
    return (digits + " " + PREFIXES[prefix] + unit).strip();
  }

  /** Returns a duration such as {@code 2.5 s}, {@code 3 min 20 s} or {@code 1 h 5 min}. */
  static String seconds(double seconds) {
    if (seconds < 59.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 3600) {
      return whole / 60 + " min " + whole % 60 + " s";
    }
    return whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  /** Returns a loss, to four places. */
  static String loss(double loss) {
    return String.format(Locale.ROOT, "%.4f", loss);
  }
}
