package org.espalier.api;

import java.util.List;

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

  /** Returns whether the stage trains {@code parameter} of {@code model}. */
  public boolean contains(Parameter parameter, ModelSpec model) {
    return parameter.trainable()
        && include.stream().anyMatch(s -> s.matches(parameter, model.blocks()))
        && exclude.stream().noneMatch(s -> s.matches(parameter, model.blocks()));
  }
}
