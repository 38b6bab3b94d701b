package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Data-flow facts about the live part of a flat graph: consumers, and which blocks a node needs.
 */
final class FlatIndex {
  private final FlatGraph graph;
  private final BlockStructure structure;
  private final Map<String, FlatNode> live = new LinkedHashMap<>();
  private final Map<String, Integer> position = new HashMap<>();
  private final Map<TensorRef, List<FlatNode>> consumers = new HashMap<>();
  private final Map<String, BitSet> blocks = new HashMap<>();
  private final Map<String, BlockStructure.Place> places = new HashMap<>();
  private final Set<TensorRef> returned = new HashSet<>();
  private final Map<String, List<TensorRef>> tensors = new HashMap<>();

  /** Live nodes by the highest block that they depend on, from -1 on. */
  private final List<List<FlatNode>> byHighest = new ArrayList<>();

  FlatIndex(FlatGraph graph, BlockStructure structure) {
    this.graph = graph;
    this.structure = structure;
    for (int block = -1; block < structure.blocks(); block++) {
      byHighest.add(new ArrayList<>());
    }
    for (FlatArgument argument : graph.arguments()) {
      BitSet bits = new BitSet();
      if (argument.capture().isPresent()) {
        structure
            .place(argument.capture().getAsInt())
            .ifPresent(
                place -> {
                  places.put(argument.name(), place);
                  bits.set(place.block());
                });
      }
      blocks.put(argument.name(), bits);
    }
    Set<String> names = graph.live();
    for (FlatNode node : graph.nodes().values()) {
      if (names.contains(node.name())) {
        add(node);
      }
    }
    graph.outputs().forEach(output -> returned.add(output.source()));
    consumers.keySet().forEach(this::addTensor);
    returned.stream().filter(tensor -> !consumers.containsKey(tensor)).forEach(this::addTensor);
  }

  private void addTensor(TensorRef tensor) {
    tensors.computeIfAbsent(tensor.node(), key -> new ArrayList<>(1)).add(tensor);
  }

  private void add(FlatNode node) {
    position.put(node.name(), live.size());
    live.put(node.name(), node);
    BitSet bits = new BitSet();
    for (TensorRef input : node.inputs()) {
      bits.or(blocks.get(input.node()));
      consumers.computeIfAbsent(input, key -> new ArrayList<>()).add(node);
    }
    blocks.put(node.name(), bits);
    byHighest.get(bits.length()).add(node);
  }

  FlatGraph graph() {
    return graph;
  }

  BlockStructure structure() {
    return structure;
  }

  /** Live nodes in topological order. */
  Map<String, FlatNode> nodes() {
    return live;
  }

  int position(String node) {
    return position.get(node);
  }

  List<FlatNode> consumers(TensorRef tensor) {
    return consumers.getOrDefault(tensor, List.of());
  }

  boolean isReturned(TensorRef tensor) {
    return returned.contains(tensor);
  }

  /** The place of the block variable behind an argument, or null. */
  BlockStructure.Place place(String argument) {
    return places.get(argument);
  }

  /** The blocks whose variables a node or argument depends on by data. */
  BitSet blocks(String name) {
    return blocks.get(name);
  }

  /** The highest block that a node or argument depends on, or -1. */
  int highest(String name) {
    return blocks.get(name).length() - 1;
  }

  /** The live nodes whose highest block is {@code block}, -1 for none, in topological order. */
  List<FlatNode> withHighest(int block) {
    return byHighest.get(block + 1);
  }

  /** The tensors of a node that something live consumes or the function returns. */
  List<TensorRef> tensors(String node) {
    return tensors.getOrDefault(node, List.of());
  }

  /**
   * The live nodes that depend by data on {@code tensor}, as far as they stand at {@code last} or
   * before.
   */
  Set<String> descendants(TensorRef tensor, int last) {
    Set<String> found = new HashSet<>();
    Deque<TensorRef> open = new ArrayDeque<>();
    open.push(tensor);
    while (!open.isEmpty()) {
      for (FlatNode consumer : consumers(open.pop())) {
        if (position(consumer.name()) <= last && found.add(consumer.name())) {
          tensors(consumer.name()).forEach(open::push);
        }
      }
    }
    return found;
  }
}
