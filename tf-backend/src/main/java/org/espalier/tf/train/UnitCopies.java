package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.Axis;
import org.espalier.api.AxisMap;
import org.espalier.api.Growth;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.WidthPair;

/**
 * The slices of a parameter that a growth in width copied from the same slice.
 *
 * @param parameter the parameter
 * @param axis the axis of side {@code OUT} whose elements are the units
 * @param copies each further copy of a unit with the first
 */
record UnitCopies(Parameter parameter, int axis, List<BlockCopies.Copy> copies) {
  UnitCopies {
    copies = List.copyOf(copies);
  }

  /**
   * Finds those of all parameters in blocks of two axes or more.
   *
   * @param growths one after another, that led to {@code spec}
   */
  static List<UnitCopies> of(ModelSpec spec, List<Growth> growths) {
    Map<String, AxisMap> maps = new TreeMap<>();
    for (Growth growth : growths) {
      growth.widths().forEach((name, pair) -> maps.merge(name, pair.copies(), AxisMap::then));
    }
    maps.entrySet().removeIf(map -> !fits(map.getValue(), spec.dimensions().get(map.getKey())));
    if (maps.isEmpty()) {
      return List.of();
    }
    Map<String, Integer> sizes = new HashMap<>(spec.dimensions());
    Map<String, WidthPair> widths = new TreeMap<>();
    maps.forEach(
        (name, map) -> {
          sizes.put(name, map.oldSize());
          widths.put(name, new WidthPair(map, map));
        });
    List<UnitCopies> found = new ArrayList<>();
    for (Parameter parameter : spec.parameters()) {
      if (parameter.inBlocks() && parameter.shape().size() >= 2) {
        List<AxisMap> axes = parameter.linearMaps(sizes, widths);
        for (int axis = 0; axis < axes.size(); axis++) {
          if (parameter.axes().get(axis).side() == Axis.Side.OUT) {
            List<BlockCopies.Copy> copies = BlockCopies.of(axes.get(axis));
            if (!copies.isEmpty()) {
              found.add(new UnitCopies(parameter, axis, copies));
            }
          }
        }
      }
    }
    return found;
  }

  private static boolean fits(AxisMap map, Integer size) {
    return size != null && map.newSize() == size;
  }

  /**
   * Returns the mean over the copies of the relative distance of their slices.
   *
   * @param values of the parameter
   */
  double distance(double[] values) {
    List<Long> shape = parameter.shape();
    int units = Math.toIntExact(shape.get(axis));
    int inner = 1;
    for (long size : shape.subList(axis + 1, shape.size())) {
      inner *= Math.toIntExact(size);
    }
    RelativeDistance[] distances = new RelativeDistance[copies.size()];
    for (int pair = 0; pair < distances.length; pair++) {
      distances[pair] = new RelativeDistance();
    }
    for (int outer = 0; outer < values.length; outer += units * inner) {
      for (int pair = 0; pair < distances.length; pair++) {
        int first = outer + copies.get(pair).first() * inner;
        int other = outer + copies.get(pair).other() * inner;
        for (int i = 0; i < inner; i++) {
          distances[pair].add(values[first + i], values[other + i]);
        }
      }
    }
    double sum = 0;
    for (RelativeDistance distance : distances) {
      sum += distance.value();
    }
    return sum / distances.length;
  }
}
