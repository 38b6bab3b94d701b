package org.espalier.operators;

import java.util.List;
import org.espalier.api.BlockMap;
import org.espalier.api.EspalierException;

/** An explicit list of the old blocks that the next model's blocks are copies of. */
final class BlockList {
  // Far beyond any model; a slip of the keyboard should not fill the memory.
  private static final int MOST_BLOCKS = 10_000;

  private BlockList() {}

  /**
   * Returns the map of a list.
   *
   * @throws EspalierException if it names a block that the model does not have
   */
  static BlockMap of(List<Integer> list, int old) {
    for (int source : list) {
      if (source < 0 || source >= old) {
        throw new EspalierException(
            "list holds %d, must hold blocks from 0 to %d, which the model has"
                .formatted(source, old - 1));
      }
    }
    checkCount("list", list.size(), list.size(), old);
    return BlockMap.of(old, list);
  }

  static void checkCount(String option, long asked, long count, int old) {
    if (count > MOST_BLOCKS) {
      throw new EspalierException(
          "%s is %d, which makes %d blocks of %d; at most %d are allowed"
              .formatted(option, asked, count, old, MOST_BLOCKS));
    }
  }
}
