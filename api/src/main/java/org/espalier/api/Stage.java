package org.espalier.api;

import java.util.List;

/**
 * One stage of a schedule: train, then grow.
 *
 * @param name unique in its schedule
 * @param train how it trains
 * @param grow operators applied in order to the trained model; the next stage starts with the
 *     result
 * @param slots what becomes of the optimizer's slots in that growth
 */
public record Stage(String name, TrainSettings train, List<GrowthStep> grow, SlotPolicy slots) {
  /** Copies the list. */
  public Stage {
    grow = List.copyOf(grow);
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "stage name '" + name + "' must be letters, digits, '.', '_' and '-'");
    }
  }
}
