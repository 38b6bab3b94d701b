package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What each block gives beside what it hands to the next, such as its keys and values.
 *
 * <p>A function returns them one after the other, or stacks them and returns the stack.
 *
 * @param all each kind of result
 */
record BlockResults(List<Kind> all) {
  /** Keys and values of a block may be two results; more have not been seen. */
  private static final int MOST_A_BLOCK = 4;

  private static final Set<String> PASS = Set.of("Identity", "IdentityN", "StopGradient");

  /**
   * One kind of result.
   *
   * @param stack the node that stacks the blocks' tensors; empty where they are results of the
   *     function themselves
   * @param first the first of the stack's inputs, or of the function's results, that is meant
   * @param width how many follow each other for each block
   * @param tensors the tensors, {@code width} for each block
   */
  record Kind(Optional<String> stack, int first, int width, List<TensorRef> tensors) {
    /** Copies the list. */
    Kind {
      tensors = List.copyOf(tensors);
    }

    List<TensorRef> of(int block) {
      return tensors.subList(block * width, (block + 1) * width);
    }
  }

  /** Copies the list. */
  BlockResults {
    all = List.copyOf(all);
  }

  static final BlockResults NONE = new BlockResults(List.of());

  /** The kinds that the function itself returns, so that changing one leaves the next in place. */
  List<Kind> lastFirst() {
    return all.stream()
        .filter(kind -> kind.stack().isEmpty())
        .sorted(Comparator.comparingInt((Kind kind) -> -kind.first()))
        .toList();
  }

  /** Finds the results of each block that a function gives. */
  static BlockResults find(FlatIndex index) {
    int blocks = index.structure().blocks();
    List<Kind> found = new ArrayList<>();
    if (blocks < 2) {
      return NONE;
    }
    List<TensorRef> returned = index.graph().outputs().stream().map(FlatOutput::source).toList();
    found.addAll(kinds(index, Optional.empty(), returned, MOST_A_BLOCK));
    for (FlatNode node : index.nodes().values()) {
      if (node.op().equals("Pack") && isOnlyReturned(index, node)) {
        found.addAll(kinds(index, Optional.of(node.name()), node.inputs(), 1));
      }
    }
    return new BlockResults(found);
  }

  private static List<Kind> kinds(
      FlatIndex index, Optional<String> stack, List<TensorRef> tensors, int widest) {
    List<Kind> found = new ArrayList<>();
    int next = 0;
    while (next < tensors.size()) {
      int length = 0;
      for (int width = 1; width <= widest && length == 0; width++) {
        int candidate = width * index.structure().blocks();
        if (next + candidate <= tensors.size()
            && eachFollows(index, tensors.subList(next, next + candidate), width)) {
          found.add(new Kind(stack, next, width, tensors.subList(next, next + candidate)));
          length = candidate;
        }
      }
      next += Math.max(length, 1);
    }
    return found;
  }

  private static boolean eachFollows(FlatIndex index, List<TensorRef> tensors, int width) {
    for (int i = 0; i < tensors.size(); i++) {
      if (index.highest(tensors.get(i).node()) != i / width) {
        return false;
      }
    }
    return true;
  }

  /** What computes with a stack of all blocks may hold their number anywhere. */
  private static boolean isOnlyReturned(FlatIndex index, FlatNode stack) {
    Deque<String> open = new ArrayDeque<>(List.of(stack.name()));
    while (!open.isEmpty()) {
      for (TensorRef tensor : index.tensors(open.pop())) {
        for (FlatNode consumer : index.consumers(tensor)) {
          if (!PASS.contains(consumer.op())) {
            return false;
          }
          open.push(consumer.name());
        }
      }
    }
    return true;
  }

  /** The graph without these results, to find the blocks in. */
  FlatGraph removedFrom(FlatGraph graph) {
    Map<String, FlatNode> nodes = new HashMap<>(graph.nodes());
    Set<Integer> returned = new HashSet<>();
    for (Kind kind : all) {
      int end = kind.first() + kind.tensors().size();
      if (kind.stack().isEmpty()) {
        for (int i = kind.first(); i < end; i++) {
          returned.add(i);
        }
      } else {
        FlatNode node = nodes.get(kind.stack().get());
        List<TensorRef> inputs = new ArrayList<>(node.inputs());
        inputs.subList(kind.first(), end).clear();
        nodes.put(node.name(), node.withInputs(inputs, node.controls()));
      }
    }
    List<FlatOutput> outputs = new ArrayList<>();
    for (int i = 0; i < graph.outputs().size(); i++) {
      if (!returned.contains(i)) {
        outputs.add(graph.outputs().get(i));
      }
    }
    return new FlatGraph(
        graph.function(), graph.arguments(), nodes.values(), outputs, graph.controlOutputs());
  }
}
