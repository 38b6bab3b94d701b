package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds blocks as a sequence of shapes that repeats in the order of capture. */
final class RepeatedShapes {
  /** Real blocks have fewer variables; the bound keeps the search quadratic at worst. */
  private static final int MAX_PERIOD = 512;

  /** Each candidate costs a cut of every function. */
  private static final int MAX_CANDIDATES = 64;

  private final NameFamilies families;
  private final List<Integer> order;

  RepeatedShapes(NameFamilies families, Iterable<Integer> capturedInOrder) {
    this.families = families;
    this.order = new ArrayList<>();
    capturedInOrder.forEach(order::add);
  }

  /** The candidates, those that cover the most variables first. */
  List<BlockStructure> structures() {
    record Run(int start, int period, int count) {
      int length() {
        return period * count;
      }
    }
    List<Run> runs = new ArrayList<>();
    for (int period = 2; period <= Math.min(MAX_PERIOD, order.size() / 2); period++) {
      int same = 0;
      for (int i = 0; i + period <= order.size(); i++) {
        boolean repeats =
            i + period < order.size() && families.alike(order.get(i), order.get(i + period));
        if (repeats) {
          same++;
          continue;
        }
        // A run of "same" equal pairs holds the block at each of its first few positions.
        int count = same / period + 1;
        for (int start = i - same; count > 1 && start + period * count <= i + period; start++) {
          runs.add(new Run(start, period, count));
        }
        same = 0;
      }
    }
    runs.sort(Comparator.comparingInt(run -> -run.length()));
    List<BlockStructure> found = new ArrayList<>();
    for (Run run : runs.subList(0, Math.min(MAX_CANDIDATES, runs.size()))) {
      List<BlockMember> members = new ArrayList<>();
      for (int m = 0; m < run.period(); m++) {
        List<Integer> nodes = new ArrayList<>();
        for (int block = 0; block < run.count(); block++) {
          nodes.add(order.get(run.start() + block * run.period() + m));
        }
        members.add(families.member("block/" + BlockMember.BLOCK + "/variable_" + m, nodes));
      }
      found.add(BlockStructure.of(run.count(), members));
    }
    return found;
  }
}
