package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;

/**
 * Walks two blocks backwards from the tensors behind them, step by step, and pairs their nodes.
 *
 * <p>Equal means: same op, same attributes but private ones and seeds, and inputs that are paired,
 * the same, or the same member of each block.
 */
final class RegionMatch {
  private final FlatIndex index;
  private final Set<String> region;
  private final TensorRef templateInput;
  private final int template;
  private final int block;
  private final Map<String, String> pairs = new LinkedHashMap<>();
  private final Map<String, String> reverse = new HashMap<>();
  private final Map<String, String> arguments = new HashMap<>();
  private final Deque<String[]> open = new ArrayDeque<>();
  private TensorRef input;
  private String difference;

  /**
   * Prepares to match block {@code block} against {@code template}.
   *
   * @param region the template's nodes
   * @param templateInput the tensor that goes into the template
   * @param input the tensor that goes into the block; null when it is to be found
   */
  RegionMatch(
      FlatIndex index,
      Set<String> region,
      TensorRef templateInput,
      int template,
      int block,
      TensorRef input) {
    this.index = index;
    this.region = region;
    this.templateInput = templateInput;
    this.template = template;
    this.block = block;
    this.input = input;
  }

  /** Pairs two tensors and all that they are made of; false when they differ. */
  boolean match(TensorRef ours, TensorRef theirs) {
    return pairTensors(ours, theirs, "the end of the block") && run();
  }

  /** Pairs two nodes and all that they are made of; false when they differ. */
  boolean match(String ours, String theirs) {
    return pair(ours, theirs) && run();
  }

  /** The block's node for each of the template's. */
  Map<String, String> pairs() {
    return pairs;
  }

  /** The block's argument for each of the template's. */
  Map<String, String> arguments() {
    return arguments;
  }

  /** The tensor that goes into the block. */
  TensorRef input() {
    return input;
  }

  /** What differs, after a match failed. */
  String difference() {
    return difference;
  }

  private boolean run() {
    while (!open.isEmpty()) {
      String[] next = open.pop();
      FlatNode ours = index.nodes().get(next[0]);
      FlatNode theirs = index.nodes().get(next[1]);
      if (!ours.op().equals(theirs.op()) || ours.inputs().size() != theirs.inputs().size()) {
        return differingOps(ours, theirs);
      }
      String attr = differingAttr(ours, theirs);
      if (attr != null) {
        return differ(
            "node '%s' (%s) has another '%s' than node '%s' of block %d"
                .formatted(theirs.name(), theirs.op(), attr, ours.name(), template));
      }
      for (int i = 0; i < ours.inputs().size(); i++) {
        if (!pairTensors(ours.inputs().get(i), theirs.inputs().get(i), theirs.name())) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean pairTensors(TensorRef ours, TensorRef theirs, String where) {
    if (ours.equals(templateInput)) {
      if (input == null) {
        input = theirs;
      }
      return input.equals(theirs)
          || differ(
              "'%s' reads '%s' where the block's input '%s' is expected"
                  .formatted(where, theirs, input));
    }
    BlockStructure.Place place = index.place(ours.node());
    if (ours.isArgument() && place != null && place.block() == template) {
      BlockStructure.Place other = theirs.isArgument() ? index.place(theirs.node()) : null;
      if (other == null || other.block() != block || other.member() != place.member()) {
        return differ(
            "'%s' reads '%s' where the block's own %s is expected"
                .formatted(
                    where, theirs, index.structure().members().get(place.member()).pattern()));
      }
      arguments.put(ours.node(), theirs.node());
      return true;
    }
    if (!ours.isArgument() && region.contains(ours.node())) {
      if (theirs.isArgument()) {
        return differ("'%s' reads '%s' instead of '%s'".formatted(where, theirs, ours));
      }
      if (!ours.of(theirs.node()).equals(theirs)) {
        return differingOps(index.nodes().get(ours.node()), index.nodes().get(theirs.node()));
      }
      return pair(ours.node(), theirs.node());
    }
    if (ours.equals(theirs) && index.highest(ours.node()) < 0) {
      return true;
    }
    if (isConstant(ours) && isConstant(theirs)) {
      return differingAttr(index.nodes().get(ours.node()), index.nodes().get(theirs.node())) == null
          || differ("'%s' reads another constant than block %d".formatted(where, template));
    }
    return differ(
        "'%s' reads '%s', block %d reads '%s' there; only the tensor between two blocks and what"
                .formatted(where, theirs, template, ours)
            + " all blocks share may enter a block");
  }

  private boolean pair(String ours, String theirs) {
    String known = pairs.get(ours);
    if (known != null) {
      return known.equals(theirs)
          || differ(
              "node '%s' serves where '%s' does, for node '%s'".formatted(theirs, known, ours));
    }
    if (reverse.putIfAbsent(theirs, ours) != null) {
      return differ("node '%s' serves twice".formatted(theirs));
    }
    pairs.put(ours, theirs);
    open.push(new String[] {ours, theirs});
    return true;
  }

  private boolean isConstant(TensorRef tensor) {
    return !tensor.isArgument() && index.nodes().get(tensor.node()).op().equals("Const");
  }

  boolean differ(String what) {
    difference = what;
    return false;
  }

  private boolean differingOps(FlatNode ours, FlatNode theirs) {
    return differ(
        "node '%s' (%s) stands where node '%s' (%s) stands in block %d"
            .formatted(theirs.name(), theirs.op(), ours.name(), ours.op(), template));
  }

  private String differingAttr(FlatNode ours, FlatNode theirs) {
    for (Map.Entry<String, AttrValue> attr : ours.attrs().entrySet()) {
      if (compared(ours, attr.getKey())
          && !attr.getValue().equals(theirs.attrs().get(attr.getKey()))) {
        return attr.getKey();
      }
    }
    for (String name : theirs.attrs().keySet()) {
      if (compared(theirs, name) && !ours.attrs().containsKey(name)) {
        return name;
      }
    }
    return null;
  }

  private boolean compared(FlatNode node, String attr) {
    if (attr.startsWith("_")) {
      return false;
    }
    if (Seeds.isSeedAttr(node, attr)) {
      return false;
    }
    return !(attr.equals("value") && Seeds.isSeed(index, node));
  }
}
