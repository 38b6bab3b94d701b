package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Finds the tensors through which all of a set of sources must pass.
 *
 * <p>A sweep in topological order over the nodes between sources and sinks keeps the tensors that
 * are still to be consumed; whenever only one is left, every path goes through it.
 */
final class CutSearch {
  private static final int NEVER = Integer.MAX_VALUE;

  private final FlatIndex index;

  CutSearch(FlatIndex index) {
    this.index = index;
  }

  /** The cut tensors behind block {@code k}, the nearest first. */
  List<TensorRef> behindBlock(int k) {
    List<TensorRef> sources = new ArrayList<>();
    for (FlatArgument argument : index.graph().arguments()) {
      BlockStructure.Place place = index.place(argument.name());
      if (place != null && place.block() == k) {
        sources.add(TensorRef.argument(argument.name()));
      }
    }
    return sweep(
        sources,
        index.withHighest(k),
        name -> index.blocks(name).get(k),
        name -> index.highest(name) > k);
  }

  /**
   * The cut tensors between the variables outside the blocks and an only block's nodes.
   *
   * @param behind the tensor that comes out of the block; what it does not need, such as a head
   *     over the same embedding, is left aside
   */
  List<TensorRef> beforeBlock(TensorRef behind) {
    Set<String> needed = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    open.push(behind.node());
    while (!open.isEmpty()) {
      FlatNode node = index.nodes().get(open.pop());
      if (node != null && needed.add(node.name())) {
        node.inputs().forEach(input -> open.push(input.node()));
      }
    }
    List<TensorRef> sources = new ArrayList<>();
    Set<String> reached = new HashSet<>();
    for (FlatArgument argument : index.graph().arguments()) {
      if (argument.capture().isPresent() && index.place(argument.name()) == null) {
        sources.add(TensorRef.argument(argument.name()));
        reached.add(argument.name());
      }
    }
    for (FlatNode node : index.nodes().values()) {
      if (needed.contains(node.name())
          && node.inputs().stream().anyMatch(input -> reached.contains(input.node()))) {
        reached.add(node.name());
      }
    }
    return sweep(
        sources,
        index.withHighest(-1),
        reached::contains,
        name -> reached.contains(name) && index.highest(name) >= 0);
  }

  /** Sweeps over those of {@code nodes}, in topological order, that are inside. */
  private List<TensorRef> sweep(
      Collection<TensorRef> sources,
      List<FlatNode> nodes,
      Predicate<String> inside,
      Predicate<String> sink) {
    Set<String> useful = reachingSinks(nodes, inside, sink);
    Map<TensorRef, Integer> open = new LinkedHashMap<>();
    for (TensorRef source : sources) {
      int last = lastUse(source, useful, sink);
      if (last >= 0) {
        open.put(source, last);
      }
    }
    List<TensorRef> cuts = new ArrayList<>();
    for (FlatNode node : nodes) {
      if (!useful.contains(node.name())) {
        continue;
      }
      int here = index.position(node.name());
      open.values().removeIf(last -> last <= here);
      for (TensorRef tensor : index.tensors(node.name())) {
        int last = lastUse(tensor, useful, sink);
        if (last > here) {
          open.put(tensor, last);
        }
      }
      if (open.size() == 1 && open.keySet().iterator().next().node().equals(node.name())) {
        cuts.add(open.keySet().iterator().next());
      }
    }
    return cuts;
  }

  /** The position of a tensor's last consumer, NEVER when it escapes, -1 when nothing uses it. */
  private int lastUse(TensorRef tensor, Set<String> useful, Predicate<String> sink) {
    int last = index.isReturned(tensor) ? NEVER : -1;
    for (FlatNode consumer : index.consumers(tensor)) {
      if (sink.test(consumer.name())) {
        last = NEVER;
      } else if (useful.contains(consumer.name())) {
        last = Math.max(last, index.position(consumer.name()));
      }
    }
    return last;
  }

  private Set<String> reachingSinks(
      List<FlatNode> nodes, Predicate<String> inside, Predicate<String> sink) {
    Set<String> useful = new HashSet<>();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      String name = nodes.get(i).name();
      if (inside.test(name) && reachesSink(name, useful, sink)) {
        useful.add(name);
      }
    }
    return useful;
  }

  private boolean reachesSink(String name, Set<String> useful, Predicate<String> sink) {
    for (TensorRef tensor : index.tensors(name)) {
      if (index.isReturned(tensor)) {
        return true;
      }
      for (FlatNode consumer : index.consumers(tensor)) {
        if (sink.test(consumer.name()) || useful.contains(consumer.name())) {
          return true;
        }
      }
    }
    return false;
  }
}
