package org.espalier.operators;

import java.util.List;
import java.util.Optional;
import org.espalier.api.AxisMap;
import org.espalier.api.EspalierException;
import org.espalier.api.Growth;
import org.espalier.api.Lineage;

/** The maps that take back a {@code coalesce} of the lineage: its own, the other way round. */
final class Undone {
  private Undone() {}

  /** Returns the last {@code coalesce} that no {@code decoalesce} has taken back. */
  static Optional<Growth> lastCoalesce(Lineage lineage) {
    List<Growth> growths = lineage.growths();
    int open = 0;
    for (int i = growths.size() - 1; i >= 0; i--) {
      String operator = growths.get(i).operator();
      if (operator.equals("decoalesce")) {
        open++;
      } else if (operator.equals("coalesce") && open-- == 0) {
        return Optional.of(growths.get(i));
      }
    }
    return Optional.empty();
  }

  /** Returns how a dimension is spread again: rownorm(Mᵀ). */
  static Optional<AxisMap> width(Growth merged, String dimension) {
    return Optional.ofNullable(merged.widths().get(dimension))
        .map(pair -> pair.copies().transpose().rowNormalised());
  }

  /** Returns how the blocks are spread again. */
  static Optional<AxisMap> blocks(Growth merged) {
    return Optional.of(merged.blocks().map())
        .filter(map -> !map.isIdentity())
        .map(map -> map.transpose().rowNormalised());
  }

  static void checkSize(String option, AxisMap copies, int size) {
    if (copies.oldSize() != size) {
      throw new EspalierException(
          "the coalesce of the lineage made %d %s, but the model has %d; give %s=keep, or the groups"
              .formatted(copies.oldSize(), option, size, option));
    }
  }
}
