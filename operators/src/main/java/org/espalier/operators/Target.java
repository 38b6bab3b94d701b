package org.espalier.operators;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelSpec;

/** How many blocks the next model gets: one of several options that say so. */
final class Target {
  private Target() {}

  /**
   * Checks that exactly one way to say it is given, and no number is too small.
   *
   * @param counts the options that hold a number, with the least that is allowed
   * @param list the explicit list of blocks; empty if it is not given
   */
  static void check(Map<String, Count> counts, List<Integer> list) {
    List<String> given = new ArrayList<>();
    counts.forEach(
        (name, count) -> {
          if (count.value().isPresent()) {
            given.add(name);
          }
        });
    if (!list.isEmpty()) {
      given.add("list");
    }
    if (given.size() != 1) {
      throw new IllegalArgumentException(
          "give one of %s and list, %s"
              .formatted(
                  String.join(", ", counts.keySet()),
                  given.isEmpty() ? "one is needed" : "not " + String.join(" and ", given)));
    }
    counts.forEach(
        (name, count) -> {
          if (count.value().isPresent() && count.value().getAsInt() < count.least()) {
            throw new IllegalArgumentException(
                "%s is %d, must be at least %d"
                    .formatted(name, count.value().getAsInt(), count.least()));
          }
        });
  }

  /** An option that holds a number, and the least that is allowed. */
  record Count(OptionalInt value, int least) {}

  static Map<String, Count> counts(String first, Count firstCount, String second, Count other) {
    Map<String, Count> counts = new LinkedHashMap<>();
    counts.put(first, firstCount);
    counts.put(second, other);
    return counts;
  }

  /**
   * Checks a number of blocks that a model is grown to.
   *
   * @throws EspalierException if it is not more than the model has, or too many
   */
  static int more(String option, int asked, long count, int old) {
    if (count <= old) {
      throw new EspalierException(
          "%s is %d, must be more than the %d that the model has".formatted(option, asked, old));
    }
    BlockList.checkCount(option, asked, count, old);
    return Math.toIntExact(count);
  }

  static void checkHasBlocks(ModelSpec model) {
    if (model.blocks() == 0) {
      throw new EspalierException("the model has no blocks to copy");
    }
  }
}
