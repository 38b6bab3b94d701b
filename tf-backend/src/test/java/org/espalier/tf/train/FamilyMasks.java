package org.espalier.tf.train;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.SeededRandom;

/**
 * Masks of the kernels of a family's blocks.
 *
 * @param masks by variable
 * @param byBlocks whether products take the blocks in use alone
 */
record FamilyMasks(Map<String, Mask> masks, boolean byBlocks) {
  static final FamilyMasks NONE = new FamilyMasks(Map.of(), false);

  /** Draws masks. */
  static FamilyMasks random(
      ModelSpec spec, double sparsity, int block, long seed, boolean byBlocks) {
    Map<String, Mask> masks = new TreeMap<>();
    for (Parameter parameter : spec.parameters()) {
      if (parameter.block() != Parameter.OUTSIDE && parameter.shape().size() == 2) {
        List<Long> shape = parameter.shape();
        MaskSpec grid = new MaskSpec(shape.get(0), shape.get(1), block, 0);
        SeededRandom random = SeededRandom.of(seed).stream(parameter.name());
        Set<Integer> kept =
            IntStream.range(0, grid.blocks())
                .boxed()
                .sorted(Comparator.comparingLong((Integer number) -> random.bits(number)))
                .limit((long) Math.ceil((1 - sparsity) * grid.blocks()))
                .collect(Collectors.toSet());
        masks.put(parameter.name(), Mask.of(grid, kept::contains));
      }
    }
    return new FamilyMasks(masks, byBlocks);
  }

  /** Returns the masks that products go by. */
  Map<String, MaskSpec> specs() {
    Map<String, MaskSpec> specs = new LinkedHashMap<>();
    if (byBlocks) {
      masks.forEach((name, mask) -> specs.put(name, mask.spec()));
    }
    return specs;
  }

  /** Returns those of the variables in {@code trained}. */
  Set<String> of(Set<String> trained) {
    return masks.keySet().stream().filter(trained::contains).collect(Collectors.toSet());
  }
}
