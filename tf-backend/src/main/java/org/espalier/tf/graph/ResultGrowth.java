package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;

/** Gives the results of each block another number of blocks. */
final class ResultGrowth {
  private final BlockCut cut;
  private final int count;
  private final List<Map<String, String>> clones;

  /**
   * Prepares to change results.
   *
   * @param count how many blocks there are now
   * @param clones for each new block the node that stands in for each of the last old block's
   */
  ResultGrowth(BlockCut cut, int count, List<Map<String, String>> clones) {
    this.cut = cut;
    this.count = count;
    this.clones = clones;
  }

  /** Changes the nodes that stack results. */
  void changeStacks(Map<String, FlatNode> nodes) {
    Set<String> changed = new HashSet<>();
    for (BlockResults.Kind kind : cut.results().all()) {
      if (kind.stack().isPresent()) {
        FlatNode stack = nodes.get(kind.stack().get());
        List<TensorRef> inputs = new ArrayList<>(stack.inputs());
        inputs.subList(kind.first(), kind.first() + kind.tensors().size()).clear();
        inputs.addAll(kind.first(), tensors(kind));
        Map<String, AttrValue> attrs = new HashMap<>(stack.attrs());
        attrs.put("N", Nodes.integer(inputs.size()));
        nodes.put(
            stack.name(),
            new FlatNode(
                stack.name(), stack.op(), stack.device(), attrs, inputs, stack.controls()));
        changed.add(stack.name());
      }
    }
    forgetShapes(nodes, changed);
  }

  /** The results of a function, {@code outputs} being those that it had. */
  List<FlatOutput> outputs(List<FlatOutput> outputs) {
    List<FlatOutput> next = new ArrayList<>(outputs);
    Set<String> names = new HashSet<>();
    outputs.forEach(output -> names.add(output.name()));
    for (BlockResults.Kind kind : cut.results().lastFirst()) {
      List<FlatOutput> last = next.subList(kind.first(), kind.first() + kind.tensors().size());
      List<FlatOutput> old = List.copyOf(last);
      List<TensorRef> tensors = tensors(kind);
      List<FlatOutput> grown = new ArrayList<>();
      for (int i = 0; i < tensors.size(); i++) {
        boolean fresh = i >= old.size();
        FlatOutput like = old.get(fresh ? old.size() - kind.width() + i % kind.width() : i);
        String name =
            fresh ? unique(like.name() + "_block_" + i / kind.width(), names) : like.name();
        grown.add(
            new FlatOutput(like.definition().toBuilder().setName(name).build(), tensors.get(i)));
      }
      last.clear();
      next.addAll(kind.first(), grown);
    }
    return next;
  }

  private List<TensorRef> tensors(BlockResults.Kind kind) {
    int old = cut.structure().blocks();
    List<TensorRef> tensors = new ArrayList<>();
    for (int block = 0; block < count; block++) {
      if (block < old) {
        tensors.addAll(kind.of(block));
      } else {
        Map<String, String> renamed = clones.get(block - old);
        kind.of(old - 1).forEach(tensor -> tensors.add(tensor.of(renamed.get(tensor.node()))));
      }
    }
    return tensors;
  }

  /** A stack's static shape holds the number of blocks, and so do those of what passes it on. */
  private static void forgetShapes(Map<String, FlatNode> nodes, Set<String> changed) {
    Deque<String> open = new ArrayDeque<>(changed);
    while (!open.isEmpty()) {
      String name = open.pop();
      FlatNode node = nodes.get(name);
      Map<String, AttrValue> attrs = new HashMap<>(node.attrs());
      attrs.remove("_output_shapes");
      nodes.put(
          name,
          new FlatNode(name, node.op(), node.device(), attrs, node.inputs(), node.controls()));
      for (FlatNode consumer : nodes.values()) {
        boolean reads = consumer.inputs().stream().anyMatch(input -> input.node().equals(name));
        if (reads && changed.add(consumer.name())) {
          open.push(consumer.name());
        }
      }
    }
  }

  private static String unique(String wanted, Set<String> names) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }
}
