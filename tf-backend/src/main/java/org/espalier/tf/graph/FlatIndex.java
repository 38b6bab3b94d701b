package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.BitSet;
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

  FlatIndex(FlatGraph graph, BlockStructure structure) {
    this.graph = graph;
    this.structure = structure;
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

  /** The tensors of a node that something live consumes or the function returns. */
  List<TensorRef> tensors(String node) {
    List<TensorRef> found = new ArrayList<>();
    for (TensorRef tensor : outputsByNode().getOrDefault(node, Set.of())) {
      found.add(tensor);
    }
    return found;
  }

  private Map<String, Set<TensorRef>> outputs;

  private Map<String, Set<TensorRef>> outputsByNode() {
    if (outputs == null) {
      outputs = new HashMap<>();
      consumers
          .keySet()
          .forEach(
              tensor -> outputs.computeIfAbsent(tensor.node(), key -> new HashSet<>()).add(tensor));
      returned.forEach(
          tensor -> outputs.computeIfAbsent(tensor.node(), key -> new HashSet<>()).add(tensor));
    }
    return outputs;
  }

  /** All live nodes that depend by data on {@code tensor}. */
  Set<String> descendants(TensorRef tensor) {
    Set<String> found = new HashSet<>();
    for (FlatNode node : live.values()) {
      for (TensorRef input : node.inputs()) {
        if (input.equals(tensor) || found.contains(input.node())) {
          found.add(node.name());
          break;
        }
      }
    }
    return found;
  }
}
