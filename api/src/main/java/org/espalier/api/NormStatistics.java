package org.espalier.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a map M does to the mean and variance over its axis, of any vector x.
 *
 * <p>With D elements before and D' after, the mean stays if 1ᵀM = (D'/D)·1ᵀ, and the variance
 * becomes s times the old one if MᵀM / D' = (s/D)·I + ((1 − s)/D²)·11ᵀ. Equal copy counts give s =
 * 1; k copies and the mean for the rest give s = kD/D' (LEMON, arXiv 2310.07999).
 *
 * @param varianceFactor s
 * @param deviation the largest deviation from both conditions; 0 where they hold
 */
record NormStatistics(double varianceFactor, double deviation) {

  static NormStatistics of(AxisMap map) {
    int oldSize = map.oldSize();
    int newSize = map.newSize();
    Gram gram = new Gram(map);
    double ratio = (double) newSize / oldSize;
    double deviation = 0;
    for (double sum : gram.columnSums) {
      deviation = Math.max(deviation, Math.abs(sum - ratio) / ratio);
    }
    if (oldSize == 1) {
      // The variance of one element is 0 before and after.
      return new NormStatistics(1, deviation);
    }
    double off = gram.meanOffDiagonal();
    double factor = 1 - off * oldSize * oldSize / newSize;
    double diagonal = newSize * (factor / oldSize + (1 - factor) / ((double) oldSize * oldSize));
    for (double value : gram.diagonal) {
      deviation = Math.max(deviation, Math.abs(value + gram.everywhere - diagonal) / ratio);
    }
    return new NormStatistics(factor, Math.max(deviation, gram.spreadOffDiagonal(off) / ratio));
  }

  /** MᵀM in parts: rows that are equal are counted once, rows that average all are a constant. */
  private static final class Gram {
    final double[] diagonal;
    final double[] columnSums;
    double everywhere;
    private final Map<Long, Double> offDiagonal = new HashMap<>();
    private final long pairs;

    Gram(AxisMap map) {
      int size = map.oldSize();
      diagonal = new double[size];
      columnSums = new double[size];
      pairs = (long) size * (size - 1);
      Map<List<AxisMap.Entry>, Integer> counts = new HashMap<>();
      for (int i = 0; i < map.newSize(); i++) {
        counts.merge(map.row(i), 1, Integer::sum);
      }
      counts.forEach((row, count) -> add(row, count, size));
    }

    private void add(List<AxisMap.Entry> row, int count, int size) {
      for (AxisMap.Entry entry : row) {
        columnSums[entry.index()] += count * entry.weight();
      }
      if (isMeanOfAll(row, size)) {
        everywhere += count * row.get(0).weight() * row.get(0).weight();
        return;
      }
      for (AxisMap.Entry a : row) {
        diagonal[a.index()] += count * a.weight() * a.weight();
        for (AxisMap.Entry b : row) {
          if (a.index() != b.index()) {
            offDiagonal.merge(
                (long) a.index() * size + b.index(), count * a.weight() * b.weight(), Double::sum);
          }
        }
      }
    }

    double meanOffDiagonal() {
      double sum = offDiagonal.values().stream().mapToDouble(Double::doubleValue).sum();
      return everywhere + sum / pairs;
    }

    double spreadOffDiagonal(double mean) {
      double spread = offDiagonal.size() < pairs ? Math.abs(everywhere - mean) : 0;
      for (double value : offDiagonal.values()) {
        spread = Math.max(spread, Math.abs(everywhere + value - mean));
      }
      return spread;
    }
  }

  /** Returns whether a row is the same multiple of all old elements. */
  static boolean isMeanOfAll(List<AxisMap.Entry> row, int oldSize) {
    return oldSize > 1
        && row.size() == oldSize
        && row.stream().allMatch(entry -> entry.weight() == row.get(0).weight());
  }
}
