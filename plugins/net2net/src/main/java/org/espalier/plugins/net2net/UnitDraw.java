package org.espalier.plugins.net2net;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.espalier.api.AxisMap;
import org.espalier.api.SeededRandom;

/** Draws which old unit each new unit copies; the first ones stay in place. */
final class UnitDraw {
  private UnitDraw() {}

  static AxisMap of(long seed, String dimension, int old, int size, Net2Net.Draw draw) {
    SeededRandom random = SeededRandom.of(seed).stream("net2net").stream(dimension);
    List<Integer> sources = new ArrayList<>(IntStream.range(0, old).boxed().toList());
    for (int round = 0; sources.size() < size; round++) {
      List<Integer> drawn =
          draw == Net2Net.Draw.RANDOM
              ? List.of(random.below(round, old))
              : permutation(random.stream(round), old);
      sources.addAll(drawn.subList(0, Math.min(drawn.size(), size - sources.size())));
    }
    return size == old ? AxisMap.identity(old) : AxisMap.selection(old, sources);
  }

  /** Returns 0 … size − 1 in random order (Fisher and Yates). */
  private static List<Integer> permutation(SeededRandom random, int size) {
    List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
    for (int i = size - 1; i > 0; i--) {
      int other = random.below(i, i + 1);
      order.set(i, order.set(other, order.get(i)));
    }
    return order;
  }
}
