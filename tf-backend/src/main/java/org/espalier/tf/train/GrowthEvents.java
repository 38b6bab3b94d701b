package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.api.AxisMap;
import org.espalier.api.BlockMap;
import org.espalier.api.Growth;
import org.espalier.api.GrowthStep;
import org.espalier.tf.report.GrowthSources;
import org.espalier.tf.report.RunPosition;

/** Tells a growth of a model's lineage as the log tells it. */
final class GrowthEvents {
  private GrowthEvents() {}

  static org.espalier.tf.report.Growth of(
      Growth growth, GrowthStep step, Optional<GrowthSources> sources, RunPosition at) {
    return new org.espalier.tf.report.Growth(
        at,
        growth.operator(),
        growth.version(),
        growth.options(),
        String.join(", ", step.references().values()),
        growth.blocks().oldBlocks(),
        growth.blocks().newBlocks(),
        sources(growth.blocks()),
        sources);
  }

  /** The source of each block; nothing where one has several. */
  private static List<Integer> sources(BlockMap blocks) {
    List<Integer> sources = new ArrayList<>();
    for (int t = 0; t < blocks.newBlocks(); t++) {
      List<AxisMap.Entry> entries = blocks.sources(t);
      if (entries.size() != 1) {
        return List.of();
      }
      sources.add(entries.get(0).index());
    }
    return sources;
  }
}
