package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The nodes of one block: what lies between the tensor going in and the tensor coming out. */
final class Region {
  private final FlatIndex index;
  private final int block;
  private final Set<String> nodes;
  private final List<String> effects;

  /** Finds the nodes of {@code block}. */
  Region(FlatIndex index, int block, TensorRef input, TensorRef output) {
    this.index = index;
    this.block = block;
    this.effects = effects(index, block, input, output);
    List<String> ends = new ArrayList<>(effects);
    ends.add(output.node());
    Set<String> found = ancestors(ends, input);
    leaveShared(found, input);
    this.nodes = new LinkedHashSet<>();
    for (String name : index.nodes().keySet()) {
      if (found.contains(name)) {
        nodes.add(name);
      }
    }
  }

  /** Takes nodes that were found already. */
  Region(FlatIndex index, int block, Collection<String> nodes) {
    this.index = index;
    this.block = block;
    this.nodes = new LinkedHashSet<>(nodes);
    this.effects = List.of();
  }

  /** The nodes in topological order. */
  Set<String> nodes() {
    return nodes;
  }

  /** The nodes that run for their effect alone, such as an update of the block's own state. */
  List<String> effects() {
    return effects;
  }

  static List<String> effects(FlatIndex index, int block, TensorRef input, TensorRef output) {
    List<FlatNode> ends = new ArrayList<>();
    for (int highest = Math.max(block - 1, -1); highest <= block; highest++) {
      for (FlatNode node : index.withHighest(highest)) {
        if (index.tensors(node.name()).isEmpty()) {
          ends.add(node);
        }
      }
    }
    if (ends.isEmpty()) {
      return List.of();
    }
    ends.sort(Comparator.comparingInt(node -> index.position(node.name())));
    int last = index.position(ends.get(ends.size() - 1).name());
    Set<String> fromInput = index.descendants(input, last);
    Set<String> fromOutput = index.descendants(output, last);
    List<String> effects = new ArrayList<>();
    for (FlatNode node : ends) {
      boolean own = index.highest(node.name()) == block || fromInput.contains(node.name());
      if (own && !fromOutput.contains(node.name())) {
        effects.add(node.name());
      }
    }
    return effects;
  }

  /** Says what leaves the block by another way than its output, or null. */
  String leak(TensorRef input, TensorRef output) {
    Set<String> dependent = index.descendants(input, last(nodes));
    for (String name : nodes) {
      if (!dependent.contains(name) && !index.blocks(name).get(block)) {
        continue;
      }
      for (TensorRef tensor : index.tensors(name)) {
        if (tensor.equals(output)) {
          continue;
        }
        if (index.isReturned(tensor)) {
          return "'%s' of block %d is a result of the function".formatted(tensor, block);
        }
        for (FlatNode consumer : index.consumers(tensor)) {
          if (!nodes.contains(consumer.name())) {
            return "node '%s' outside block %d reads '%s' inside it"
                .formatted(consumer.name(), block, tensor);
          }
        }
      }
    }
    for (FlatArgument argument : index.graph().arguments()) {
      BlockStructure.Place place = index.place(argument.name());
      if (place == null || place.block() != block) {
        continue;
      }
      for (FlatNode consumer : index.consumers(TensorRef.argument(argument.name()))) {
        if (!nodes.contains(consumer.name())) {
          return "node '%s' outside block %d reads its variable '%s'"
              .formatted(consumer.name(), block, argument.name());
        }
      }
    }
    return null;
  }

  /** The position of the last of some nodes. */
  private int last(Collection<String> some) {
    return some.stream().mapToInt(index::position).max().orElse(-1);
  }

  private Set<String> ancestors(List<String> ends, TensorRef input) {
    Set<String> found = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(ends);
    while (!open.isEmpty()) {
      FlatNode node = index.nodes().get(open.pop());
      if (node != null && found.add(node.name())) {
        for (TensorRef tensor : node.inputs()) {
          if (!tensor.equals(input)) {
            open.push(tensor.node());
          }
        }
      }
    }
    return found;
  }

  /**
   * Takes out what depends on neither the block's input nor its variables and serves others too.
   *
   * <p>A single block has no other to compare with, so there everything of that kind stays outside,
   * except what is random: two blocks must not share their noise.
   */
  private void leaveShared(Set<String> found, TensorRef input) {
    Set<String> dependent = index.descendants(input, last(found));
    Set<String> random = new HashSet<>();
    for (FlatNode node : index.nodes().values()) {
      boolean fromRandom =
          node.inputs().stream().anyMatch(tensor -> random.contains(tensor.node()));
      if (fromRandom || node.op().contains("Random")) {
        random.add(node.name());
      }
    }
    boolean alone = index.structure().blocks() == 1;
    List<FlatNode> all = new ArrayList<>(index.nodes().values());
    for (int i = all.size() - 1; i >= 0; i--) {
      String name = all.get(i).name();
      if (!found.contains(name) || dependent.contains(name) || index.blocks(name).get(block)) {
        continue;
      }
      boolean shared =
          index.tensors(name).stream()
              .anyMatch(
                  tensor ->
                      index.isReturned(tensor)
                          || index.consumers(tensor).stream()
                              .anyMatch(consumer -> !found.contains(consumer.name())));
      if (shared || (alone && !random.contains(name))) {
        found.remove(name);
      }
    }
  }
}
