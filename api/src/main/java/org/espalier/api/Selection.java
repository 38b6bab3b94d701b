package org.espalier.api;

import java.util.List;

/**
 * The map that takes old elements unchanged, in any order, each any number of times.
 *
 * @param oldSize size of the old axis
 * @param sources for each new element the old one it equals
 */
public record Selection(int oldSize, List<Integer> sources) implements AxisMap {
  /** Copies and checks the sources. */
  public Selection {
    sources = List.copyOf(sources);
    for (int source : sources) {
      if (source < 0 || source >= oldSize) {
        throw new IllegalArgumentException(
            "source " + source + " is outside the old axis of " + oldSize + " elements");
      }
    }
  }

  @Override
  public int newSize() {
    return sources.size();
  }

  @Override
  public List<Entry> row(int i) {
    return List.of(new Entry(sources.get(i), 1));
  }

  @Override
  public boolean isSelection() {
    return true;
  }
}
