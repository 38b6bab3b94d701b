package org.espalier.operators;

import java.util.List;
import java.util.Map;
import org.espalier.api.AxisMap;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;

/** Sizes and maps of the dimensions that are merged and spread. */
final class Widths {
  /** The dimensions, in the order of the options. */
  static final List<String> NAMES = List.of("heads", "ffn", "residual");

  private Widths() {}

  /**
   * Returns the size of a dimension that an option asks to change.
   *
   * @throws EspalierException if the model has none of that name
   */
  static int size(ModelSpec model, String dimension) {
    Map<String, Integer> dimensions = model.dimensions();
    if (!dimensions.containsKey(dimension)) {
      throw new EspalierException(
          "the model has no dimension '%s' to change; it has %s; leave it with %s=keep"
              .formatted(dimension, dimensions.keySet(), dimension));
    }
    return dimensions.get(dimension);
  }

  /** Returns the map that copies element i of the coarse side to all of group i. */
  static AxisMap copies(List<List<Integer>> groups) {
    int fine = groups.stream().mapToInt(List::size).sum();
    Integer[] sources = new Integer[fine];
    for (int i = 0; i < groups.size(); i++) {
      for (int element : groups.get(i)) {
        sources[element] = i;
      }
    }
    return AxisMap.selection(groups.size(), List.of(sources));
  }
}
