package org.espalier.api;

import java.util.List;
import java.util.Set;

/**
 * Which parameters a stage trains; the others keep their values and slots.
 *
 * @param include a parameter is trained if one of these chooses it …
 * @param exclude … and none of these
 */
public record TrainableSet(List<Selector> include, List<Selector> exclude) {
  /** All parameters. */
  public static final TrainableSet ALL = new TrainableSet(List.of(Selector.ALL), List.of());

  /** Copies the lists. */
  public TrainableSet {
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
    if (include.isEmpty()) {
      throw new IllegalArgumentException("a trainable set needs at least one selector");
    }
  }

  /**
   * Returns whether the stage trains {@code parameter} of {@code model}, which has no new block.
   */
  public boolean contains(Parameter parameter, ModelSpec model) {
    return contains(parameter, model, Set.of());
  }

  /**
   * Returns whether the stage trains {@code parameter} of {@code model}.
   *
   * @param newBlocks the blocks that the growth before the stage added
   */
  public boolean contains(Parameter parameter, ModelSpec model, Set<Integer> newBlocks) {
    return parameter.trainable()
        && include.stream().anyMatch(s -> s.matches(parameter, model.blocks(), newBlocks))
        && exclude.stream().noneMatch(s -> s.matches(parameter, model.blocks(), newBlocks));
  }

  /** Returns whether a selector asks which blocks are new. */
  boolean asksForNew() {
    return include.contains(Selector.NEW) || exclude.contains(Selector.NEW);
  }
}
