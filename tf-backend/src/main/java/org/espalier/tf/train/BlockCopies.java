package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.espalier.api.AxisMap;
import org.espalier.api.Growth;

/** Finds the blocks, or the elements of an axis, that growths copied from the same one. */
final class BlockCopies {
  /**
   * Two copies of one block or element.
   *
   * @param first the first of all its copies
   * @param other a further one
   */
  record Copy(int first, int other) {}

  private BlockCopies() {}

  /**
   * Returns each further copy of a block with the first, in order.
   *
   * @param growths one after another; blocks made of several are copies of none
   */
  static List<Copy> of(List<Growth> growths) {
    if (growths.isEmpty()) {
      return List.of();
    }
    return of(
        growths.stream().map(growth -> growth.blocks().map()).reduce(AxisMap::then).orElseThrow());
  }

  /** Returns each further copy of an old element with the first, in order. */
  static List<Copy> of(AxisMap map) {
    if (map.isIdentity()) {
      return List.of();
    }
    Map<Integer, Integer> firsts = new HashMap<>();
    List<Copy> copies = new ArrayList<>();
    for (int t = 0; t < map.newSize(); t++) {
      List<AxisMap.Entry> row = map.row(t);
      if (row.size() == 1 && row.get(0).weight() == 1) {
        Integer first = firsts.putIfAbsent(row.get(0).index(), t);
        if (first != null) {
          copies.add(new Copy(first, t));
        }
      }
    }
    return copies;
  }
}
