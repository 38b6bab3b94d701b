package org.espalier.tf.layout;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.api.Axis;

/** Finds the size of each dimension from axes whose sizes are known. */
final class DimensionSolver {
  private record Known(Axis axis, long size, String where) {}

  private final Map<String, Integer> sizes;
  private final List<Known> axes = new ArrayList<>();

  /**
   * Starts from what is known already.
   *
   * @param sizes by dimension
   */
  DimensionSolver(Map<String, Integer> sizes) {
    this.sizes = new TreeMap<>(sizes);
  }

  /**
   * Adds an axis.
   *
   * @param where of which parameter it is, for errors
   */
  void add(Axis axis, long size, String where) {
    if (!axis.isOpaque()) {
      axes.add(new Known(axis, size, where));
    }
  }

  /** Solves as many dimensions as can be; returns what contradicts them, if something does. */
  Optional<String> solve() {
    List<Known> open = new ArrayList<>(axes);
    boolean progress = true;
    while (progress) {
      progress = open.removeIf(this::solves);
    }
    for (Known known : axes) {
      if (sizes.keySet().containsAll(dimensions(known.axis()))
          && known.axis().size(sizes) != known.size()) {
        return Optional.of(
            "'%s' has an axis of %d, but %s would be %d"
                .formatted(known.where(), known.size(), known.axis(), known.axis().size(sizes)));
      }
    }
    return Optional.empty();
  }

  /** The sizes found. */
  Map<String, Integer> sizes() {
    return sizes;
  }

  /** The dimensions that stay unknown. */
  Set<String> unsolved() {
    Set<String> all = new HashSet<>();
    axes.forEach(known -> all.addAll(dimensions(known.axis())));
    all.removeAll(sizes.keySet());
    return all;
  }

  /** An axis gives a dimension when all its segments are the same and one factor is unknown. */
  private boolean solves(Known known) {
    Axis.Segment segment = known.axis().segments().get(0);
    int repeated = known.axis().segments().size();
    if (!known.axis().segments().stream().allMatch(segment::equals)
        || known.size() % repeated != 0) {
      return true;
    }
    long left = known.size() / repeated;
    String unknown = null;
    for (String dimension : segment.dimensions()) {
      Integer size = sizes.get(dimension);
      if (size == null && unknown != null) {
        return false;
      }
      if (size == null) {
        unknown = dimension;
      } else if (left % size == 0) {
        left /= size;
      } else {
        return true;
      }
    }
    if (unknown != null && left > 0 && left <= Integer.MAX_VALUE) {
      sizes.put(unknown, (int) left);
    }
    return true;
  }

  private static Set<String> dimensions(Axis axis) {
    Set<String> names = new HashSet<>();
    axis.segments().forEach(segment -> names.addAll(segment.dimensions()));
    return names;
  }
}
