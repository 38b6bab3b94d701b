package org.espalier.api;

import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which old blocks each block of the next model is made of.
 *
 * @param map a matrix of as many rows as the next model has blocks and as many columns as the old
 */
public record BlockMap(AxisMap map) {

  /** Returns the map in which every block stays what it is. */
  public static BlockMap identity(int blocks) {
    return new BlockMap(AxisMap.identity(blocks));
  }

  /** Returns the map whose block {@code t} is a copy of the old block {@code source(t)}. */
  public static BlockMap of(int oldBlocks, int newBlocks, IntUnaryOperator source) {
    return of(oldBlocks, IntStream.range(0, newBlocks).map(source).boxed().toList());
  }

  /** Returns the map whose block {@code t} is a copy of the old block {@code sources.get(t)}. */
  public static BlockMap of(int oldBlocks, List<Integer> sources) {
    return new BlockMap(AxisMap.selection(oldBlocks, sources));
  }

  /** Returns the number of blocks before. */
  public int oldBlocks() {
    return map.oldSize();
  }

  /** Returns the number of blocks after. */
  public int newBlocks() {
    return map.newSize();
  }

  /** Returns the old blocks that block {@code t} is made of, with their weights. */
  public List<AxisMap.Entry> sources(int t) {
    return map.row(t);
  }

  /**
   * Returns the share of neighbouring blocks that were neighbours before, from 0 to 1.
   *
   * <p>It is 1 for a model of one block. Source: G_stack (arXiv 2405.15319), appendix H.
   */
  public double connectionRate() {
    if (newBlocks() < 2) {
      return 1;
    }
    long kept =
        IntStream.range(1, newBlocks())
            .filter(
                t ->
                    sources(t).size() == 1
                        && sources(t - 1).size() == 1
                        && sources(t).get(0).index() == sources(t - 1).get(0).index() + 1)
            .count();
    return (double) kept / (newBlocks() - 1);
  }
}
