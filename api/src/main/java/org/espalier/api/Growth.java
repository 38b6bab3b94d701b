package org.espalier.api;

import com.google.common.collect.ImmutableSortedSet;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One growth in a model's past.
 *
 * @param operator id of the operator
 * @param version version of the jar that held it, or {@code unknown}
 * @param options as the user gave them, by name
 * @param seed of the request
 * @param blocks which old blocks each block was made of
 * @param newBlocks those of the next model's blocks that go on with no old block, as further copies
 *     do
 * @param widths how each grown dimension was made, by name
 * @param parent fingerprint of the model before; empty in a plan that was not carried out
 */
public record Growth(
    String operator,
    String version,
    Map<String, String> options,
    long seed,
    BlockMap blocks,
    Set<Integer> newBlocks,
    Map<String, WidthPair> widths,
    String parent) {

  /** Makes a growth in which the first copy of an old block goes on with it. */
  public Growth(
      String operator,
      String version,
      Map<String, String> options,
      long seed,
      BlockMap blocks,
      Map<String, WidthPair> widths,
      String parent) {
    this(operator, version, options, seed, blocks, NewBlocks.of(blocks), widths, parent);
  }

  /** Copies the collections. */
  public Growth {
    newBlocks = ImmutableSortedSet.copyOf(newBlocks);
    for (int block : newBlocks) {
      if (block < 0 || block >= blocks.newBlocks()) {
        throw new IllegalArgumentException(
            "new block %d is none of the %d blocks".formatted(block, blocks.newBlocks()));
      }
    }
    options = Collections.unmodifiableMap(new TreeMap<>(options));
    widths = Collections.unmodifiableMap(new TreeMap<>(widths));
  }

  /** Returns this growth, of the model with that fingerprint. */
  public Growth of(String fingerprint) {
    return new Growth(operator, version, options, seed, blocks, newBlocks, widths, fingerprint);
  }
}
