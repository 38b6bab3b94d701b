package org.espalier.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.espalier.api.AxisMap.Entry;

/** Products and sums of axis maps, and the map that a width growth gives an axis. */
final class AxisMaps {
  private AxisMaps() {}

  /** Returns the map with the given rows, as the plainest kind that can say it. */
  static AxisMap simplest(int oldSize, List<List<Entry>> rows) {
    AxisMap matrix = new SparseMatrix(oldSize, rows);
    if (matrix.isIdentity()) {
      return new Identity(oldSize);
    }
    return matrix.isSelection()
        ? new Selection(oldSize, rows.stream().map(row -> row.get(0).index()).toList())
        : matrix;
  }

  private static boolean isPlainest(AxisMap map) {
    return map instanceof Identity
        || (!map.isIdentity() && (map instanceof Selection || !map.isSelection()));
  }

  /** Returns whether two maps have the same elements, up to {@code tolerance}. */
  static boolean same(AxisMap some, AxisMap other, double tolerance) {
    if (some.equals(other)) {
      return true;
    }
    if (some.oldSize() != other.oldSize() || some.newSize() != other.newSize()) {
      return false;
    }
    for (int i = 0; i < some.newSize(); i++) {
      if (distance(some.row(i), other.row(i)) > tolerance) {
        return false;
      }
    }
    return true;
  }

  /** Returns the largest difference of two rows. */
  static double distance(List<Entry> some, List<Entry> other) {
    double largest = 0;
    int j = 0;
    for (Entry entry : some) {
      while (j < other.size() && other.get(j).index() < entry.index()) {
        largest = Math.max(largest, Math.abs(other.get(j++).weight()));
      }
      boolean both = j < other.size() && other.get(j).index() == entry.index();
      double weight = both ? other.get(j++).weight() : 0;
      largest = Math.max(largest, Math.abs(entry.weight() - weight));
    }
    while (j < other.size()) {
      largest = Math.max(largest, Math.abs(other.get(j++).weight()));
    }
    return largest;
  }

  /** Returns the map with every element squared. */
  static AxisMap squared(AxisMap map) {
    if (map.isSelection()) {
      return map;
    }
    List<List<Entry>> rows = new ArrayList<>();
    for (int i = 0; i < map.newSize(); i++) {
      rows.add(
          map.row(i).stream().map(e -> new Entry(e.index(), e.weight() * e.weight())).toList());
    }
    return simplest(map.oldSize(), rows);
  }

  /** Returns the map with every element multiplied. */
  static AxisMap scaled(AxisMap map, double factor) {
    if (factor == 1) {
      return map;
    }
    List<List<Entry>> rows = new ArrayList<>();
    for (int i = 0; i < map.newSize(); i++) {
      rows.add(map.row(i).stream().map(e -> new Entry(e.index(), e.weight() * factor)).toList());
    }
    return simplest(map.oldSize(), rows);
  }

  static AxisMap kronecker(AxisMap outer, AxisMap inner) {
    int oldSize = Math.multiplyExact(outer.oldSize(), inner.oldSize());
    if (outer.isIdentity() && inner.isIdentity()) {
      return new Identity(oldSize);
    }
    if (outer.isIdentity() && outer.oldSize() == 1 && isPlainest(inner)) {
      // The map itself: axes of one dimension then share it, and it is compared by identity.
      return inner;
    }
    List<List<Entry>> rows = new ArrayList<>();
    for (int i = 0; i < outer.newSize(); i++) {
      for (int k = 0; k < inner.newSize(); k++) {
        List<Entry> row = new ArrayList<>();
        for (Entry block : outer.row(i)) {
          for (Entry element : inner.row(k)) {
            row.add(
                new Entry(
                    block.index() * inner.oldSize() + element.index(),
                    block.weight() * element.weight()));
          }
        }
        rows.add(row);
      }
    }
    return simplest(oldSize, rows);
  }

  static AxisMap directSum(List<AxisMap> parts) {
    if (parts.size() == 1) {
      return parts.get(0);
    }
    List<List<Entry>> rows = new ArrayList<>();
    int offset = 0;
    for (AxisMap part : parts) {
      for (int i = 0; i < part.newSize(); i++) {
        int base = offset;
        rows.add(part.row(i).stream().map(e -> new Entry(base + e.index(), e.weight())).toList());
      }
      offset = Math.addExact(offset, part.oldSize());
    }
    return simplest(offset, rows);
  }

  /** Which of a width pair's maps an axis takes. */
  private enum Way {
    /** {@code IN} axes share, all others copy. */
    LINEAR,
    /** All copy. */
    COPYING,
    /** {@code IN} axes copy, all others share. */
    SWAPPED
  }

  /**
   * Returns the map of each axis of {@code parameter} by the general linear rule: {@code IN} axes
   * share, all others copy.
   *
   * <p>An axis that belongs to neither side, such as the rows of a token table, is indexed rather
   * than summed over, so its elements are copied too.
   */
  static List<AxisMap> linear(
      Parameter parameter, Map<String, Integer> sizes, Map<String, WidthPair> widths) {
    return maps(parameter, sizes, widths, Way.LINEAR);
  }

  /** Returns the map of each axis of {@code parameter} if every axis copies. */
  static List<AxisMap> copying(
      Parameter parameter, Map<String, Integer> sizes, Map<String, WidthPair> widths) {
    return maps(parameter, sizes, widths, Way.COPYING);
  }

  /** Returns the map of each axis of the gradient of {@code parameter}: the other of each pair. */
  static List<AxisMap> swapped(
      Parameter parameter, Map<String, Integer> sizes, Map<String, WidthPair> widths) {
    return maps(parameter, sizes, widths, Way.SWAPPED);
  }

  private static List<AxisMap> maps(
      Parameter parameter, Map<String, Integer> sizes, Map<String, WidthPair> widths, Way way) {
    List<AxisMap> maps = new ArrayList<>();
    for (int i = 0; i < parameter.axes().size(); i++) {
      Axis axis = parameter.axes().get(i);
      boolean in = axis.side() == Axis.Side.IN;
      boolean shares =
          switch (way) {
            case LINEAR -> in;
            case COPYING -> false;
            case SWAPPED -> !in;
          };
      if (axis.segments().stream()
          .flatMap(segment -> segment.dimensions().stream())
          .noneMatch(widths::containsKey)) {
        maps.add(new Identity(Math.toIntExact(parameter.shape().get(i))));
      } else {
        maps.add(
            directSum(
                axis.segments().stream()
                    .map(segment -> product(segment, sizes, widths, shares))
                    .toList()));
      }
    }
    return maps;
  }

  private static AxisMap product(
      Axis.Segment segment,
      Map<String, Integer> sizes,
      Map<String, WidthPair> widths,
      boolean shares) {
    AxisMap product = new Identity(1);
    for (String dimension : segment.dimensions()) {
      WidthPair pair = widths.get(dimension);
      AxisMap factor;
      if (pair == null) {
        factor = new Identity(sizes.get(dimension));
      } else {
        factor = shares ? pair.shares() : pair.copies();
      }
      product = kronecker(product, factor);
    }
    return product;
  }
}
