package org.espalier.cli;

import com.google.common.math.Stats;
import java.util.List;

/** Writes what several runs measured for people. */
final class Spread {
  private Spread() {}

  /**
   * Returns the mean and, of two values and more, their standard deviation (of a sample) and range.
   *
   * @param values at least one
   * @param scale they are multiplied by it
   */
  static String of(List<Double> values, double scale, String unit) {
    Stats stats = Stats.of(values.stream().map(value -> value * scale).toList());
    String format = scale == 1 ? "%.4f" : "%.1f";
    String mean = format.formatted(stats.mean()) + unit;
    return values.size() == 1
        ? mean
        : "%s, standard deviation %s, %s to %s"
            .formatted(
                mean,
                format.formatted(stats.sampleStandardDeviation()),
                format.formatted(stats.min()),
                format.formatted(stats.max()));
  }
}
