package org.espalier.tf.weights;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import org.espalier.api.AxisMap;

/**
 * An axis map in arrays, or the identity on one or more neighbouring axes.
 *
 * <p>Entries stand row after row. Immutable.
 */
final class CompiledAxis {
  private final long oldSize;
  private final long newSize;
  private final boolean identity;

  /** For each row its first entry, and the number of entries at the end; empty for an identity. */
  private final int[] firsts;

  private final int[] sources;
  private final double[] weights;

  /** The number of entries that every row has, or -1 if they differ. */
  private final int each;

  /** The span of old elements that all rows together take; empty if they take none. */
  private final int least;

  private final int greatest;

  private CompiledAxis(
      long oldSize, long newSize, boolean identity, int[] firsts, int[] sources, double[] weights) {
    this.oldSize = oldSize;
    this.newSize = newSize;
    this.identity = identity;
    this.firsts = firsts;
    this.sources = sources;
    this.weights = weights;
    int same = firsts.length < 2 ? -1 : firsts[1];
    for (int i = 0; i + 1 < firsts.length; i++) {
      same = firsts[i + 1] - firsts[i] == same ? same : -1;
    }
    this.each = same;
    int lowest = Integer.MAX_VALUE;
    int highest = -1;
    for (int source : sources) {
      lowest = Math.min(lowest, source);
      highest = Math.max(highest, source);
    }
    this.least = lowest;
    this.greatest = highest;
  }

  static CompiledAxis identity(long size) {
    return new CompiledAxis(size, size, true, new int[0], new int[0], new double[0]);
  }

  private static CompiledAxis ofOne(AxisMap map) {
    if (map.isIdentity()) {
      return identity(map.newSize());
    }
    int[] firsts = new int[map.newSize() + 1];
    for (int i = 0; i < map.newSize(); i++) {
      firsts[i + 1] = Math.addExact(firsts[i], map.row(i).size());
    }
    int[] sources = new int[firsts[map.newSize()]];
    double[] weights = new double[sources.length];
    for (int i = 0; i < map.newSize(); i++) {
      int at = firsts[i];
      for (AxisMap.Entry entry : map.row(i)) {
        sources[at] = entry.index();
        weights[at++] = entry.weight();
      }
    }
    return new CompiledAxis(map.oldSize(), map.newSize(), false, firsts, sources, weights);
  }

  /** Returns the axes of a contraction, as the other method of this name does. */
  static List<CompiledAxis> of(List<Long> shape, List<AxisMap> maps) {
    return of(shape, maps, new IdentityHashMap<>());
  }

  /**
   * Returns the axes of a contraction, with neighbouring identities as one.
   *
   * @param shape the source's
   * @param maps one for each axis, or none for identities throughout
   * @param compiled what was compiled before, by the map itself; takes what is compiled now
   */
  static List<CompiledAxis> of(
      List<Long> shape, List<AxisMap> maps, IdentityHashMap<AxisMap, CompiledAxis> compiled) {
    List<CompiledAxis> axes = new ArrayList<>();
    for (int axis = 0; axis < shape.size(); axis++) {
      CompiledAxis own = identity(shape.get(axis));
      if (!maps.isEmpty()) {
        own = compiled.computeIfAbsent(maps.get(axis), CompiledAxis::ofOne);
      }
      if (!own.identity) {
        axes.add(own);
        continue;
      }
      int last = axes.size() - 1;
      if (last >= 0 && axes.get(last).identity) {
        axes.set(last, identity(axes.get(last).oldSize * shape.get(axis)));
      } else {
        axes.add(identity(shape.get(axis)));
      }
    }
    return axes.isEmpty() ? List.of(identity(1)) : List.copyOf(axes);
  }

  long oldSize() {
    return oldSize;
  }

  long newSize() {
    return newSize;
  }

  boolean isIdentity() {
    return identity;
  }

  /** Returns the first entry of a row; that of the row after the last is the number of entries. */
  int first(long row) {
    return firsts[(int) row];
  }

  double weight(int entry) {
    return weights[entry];
  }

  /**
   * Computes new elements {@code from} to {@code to}, the latter excluded, from old ones.
   *
   * @param old the old elements from {@code least} on
   * @param result takes the new ones from {@code at} on
   */
  void contract(int from, int to, double[] old, int least, double[] result, int at) {
    if (each == 1) {
      contractOnes(from, to, old, least, result, at);
      return;
    }
    if (each == 2) {
      contractPairs(from, to, old, least, result, at);
      return;
    }
    // In locals, so that the loop need not look the fields up again.
    int[] sources = this.sources;
    double[] weights = this.weights;
    int entry = firsts[from];
    for (int i = from; i < to; i++) {
      double sum = 0;
      for (int end = firsts[i + 1]; entry < end; entry++) {
        sum += weights[entry] * old[sources[entry] - least];
      }
      result[at + i - from] = sum;
    }
  }

  /** The same where each row has one entry: selections, copies. */
  private void contractOnes(int from, int to, double[] old, int least, double[] result, int at) {
    int[] sources = this.sources;
    double[] weights = this.weights;
    for (int i = from; i < to; i++) {
      result[at + i - from] = 0.0 + weights[i] * old[sources[i] - least];
    }
  }

  /** The same where each row has two entries: means of pairs. */
  private void contractPairs(int from, int to, double[] old, int least, double[] result, int at) {
    int[] sources = this.sources;
    double[] weights = this.weights;
    int entry = 2 * from;
    for (int i = from; i < to; i++) {
      double first = 0.0 + weights[entry] * old[sources[entry] - least];
      result[at + i - from] = first + weights[entry + 1] * old[sources[entry + 1] - least];
      entry += 2;
    }
  }

  /** Returns the least old element that rows {@code from} to below {@code to} take. */
  int least(int from, int to) {
    if (to - from == newSize) {
      return least;
    }
    int lowest = Integer.MAX_VALUE;
    for (int entry = firsts[from]; entry < firsts[to]; entry++) {
      lowest = Math.min(lowest, sources[entry]);
    }
    return lowest;
  }

  /** Returns the greatest old element that these rows take; -1 for none. */
  int greatest(int from, int to) {
    if (to - from == newSize) {
      return greatest;
    }
    int highest = -1;
    for (int entry = firsts[from]; entry < firsts[to]; entry++) {
      highest = Math.max(highest, sources[entry]);
    }
    return highest;
  }

  /**
   * Returns the entries of rows {@code from} to {@code to}, the latter included, by old element and
   * among equals by row: the old element in the upper half of each number, the entry in the lower.
   */
  long[] bySource(long from, long to) {
    int start = first(from);
    long[] order = new long[first(to + 1) - start];
    for (int i = 0; i < order.length; i++) {
      order[i] = (long) sources[start + i] << Integer.SIZE | (start + i);
    }
    Arrays.sort(order);
    return order;
  }

  /** Returns the row of an entry among rows {@code from} to {@code to}. */
  int row(int entry, long from, long to) {
    int found = Arrays.binarySearch(firsts, (int) from, (int) to + 1, entry);
    if (found < 0) {
      return -found - 2;
    }
    // Rows without entries start where the next one does: the last of equals holds the entry.
    while (found < to && firsts[found + 1] == entry) {
      found++;
    }
    return found;
  }
}
