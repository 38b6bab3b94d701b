package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.tensorflow.proto.AttrValue;

/**
 * Gives a flat graph another number of blocks.
 *
 * <p>Blocks that remain keep their nodes. New ones are copies of the last block's nodes over new
 * captures, chained behind it; what read the last block's result reads the new last one's.
 */
final class FlatResizer {
  private final BlockCut cut;
  private final NewVariables variables;
  private final int old;
  private final Set<String> names = new HashSet<>();
  private final List<FlatArgument> arguments = new ArrayList<>();
  private final Map<String, FlatNode> nodes = new LinkedHashMap<>();
  private final Map<String, String> controlOutputs = new LinkedHashMap<>();

  /** Nodes outside the blocks that wait for a node of the last block. */
  private final List<String> waiting = new ArrayList<>();

  /** By block, where each node of its region stands. */
  private final List<Map<String, Integer>> places = new ArrayList<>();

  /** By clone block, the name of each node that stands in for one of the last block's. */
  private final List<Map<String, String>> clones = new ArrayList<>();

  private FlatResizer(BlockCut cut, NewVariables variables) {
    this.cut = cut;
    this.variables = variables;
    this.old = cut.structure().blocks();
    names.addAll(cut.graph().nodes().keySet());
    cut.graph().arguments().forEach(argument -> names.add(argument.name()));
  }

  static FlatGraph resize(BlockCut cut, NewVariables variables) {
    return new FlatResizer(cut, variables).run();
  }

  private FlatGraph run() {
    nodes.putAll(cut.graph().nodes());
    controlOutputs.putAll(cut.graph().controlOutputs());
    arguments.addAll(cut.graph().arguments());
    findWaiting();
    TensorRef last = cut.cuts().get(Math.min(old, variables.count()));
    for (int block = old; block < variables.count(); block++) {
      last = addBlock(block, last);
    }
    redirect(last);
    ResultGrowth results = new ResultGrowth(cut, variables.count(), clones);
    results.changeStacks(nodes);
    removeBlocks();
    List<FlatOutput> outputs = new ArrayList<>();
    for (FlatOutput output : cut.graph().outputs()) {
      TensorRef source = output.source().equals(cut.cuts().get(old)) ? last : output.source();
      outputs.add(new FlatOutput(output.definition(), source));
    }
    outputs = results.outputs(outputs);
    FlatGraph whole =
        new FlatGraph(cut.graph().function(), arguments, nodes.values(), outputs, controlOutputs);
    if (!nodes.keySet().retainAll(whole.live())) {
      return whole;
    }
    return new FlatGraph(
        cut.graph().function(), arguments, nodes.values(), outputs, controlOutputs);
  }

  private TensorRef addBlock(int block, TensorRef input) {
    int template = old - 1;
    List<String> region = cut.regions().get(template);
    Map<String, String> renamed = new HashMap<>();
    for (String name : region) {
      renamed.put(name, unique(name + "_block_" + block));
    }
    clones.add(renamed);
    Map<String, String> captures = addArguments(block, template);
    for (String name : region) {
      FlatNode node = cut.graph().nodes().get(name);
      List<TensorRef> inputs = new ArrayList<>();
      for (TensorRef tensor : node.inputs()) {
        if (tensor.equals(cut.cuts().get(template))) {
          inputs.add(input);
        } else if (tensor.isArgument()) {
          inputs.add(TensorRef.argument(captures.getOrDefault(tensor.node(), tensor.node())));
        } else {
          inputs.add(tensor.of(renamed.getOrDefault(tensor.node(), tensor.node())));
        }
      }
      Set<String> controls = new LinkedHashSet<>();
      node.controls().forEach(control -> controls.add(inBlock(control, block)));
      String clone = renamed.get(name);
      nodes.put(
          clone,
          new FlatNode(
              clone,
              node.op(),
              node.device(),
              attrs(node, block - template),
              inputs,
              List.copyOf(controls)));
    }
    cut.graph()
        .controlOutputs()
        .forEach(
            (key, node) -> {
              if (renamed.containsKey(node)) {
                controlOutputs.put(uniqueKey(key + "_block_" + block), renamed.get(node));
              }
            });
    followControls(renamed);
    TensorRef output = cut.cuts().get(old);
    return output.of(renamed.get(output.node()));
  }

  /** A control dependency on a block before stays one on the block before. */
  private String inBlock(String control, int block) {
    for (int distance = 0; distance < old; distance++) {
      Integer position = places.get(old - 1 - distance).get(control);
      int target = block - distance;
      if (position != null && target >= 0) {
        return target < old
            ? cut.regions().get(target).get(position)
            : clones.get(target - old).get(cut.regions().get(old - 1).get(position));
      }
    }
    return control;
  }

  private void findWaiting() {
    Set<String> inside = new HashSet<>();
    for (List<String> region : cut.regions()) {
      Map<String, Integer> byName = new HashMap<>();
      for (String name : region) {
        byName.put(name, byName.size());
      }
      places.add(byName);
      inside.addAll(region);
    }
    Map<String, Integer> lastBlock = places.get(old - 1);
    for (FlatNode node : cut.graph().nodes().values()) {
      if (!node.controls().isEmpty()
          && !inside.contains(node.name())
          && node.controls().stream().anyMatch(lastBlock::containsKey)) {
        waiting.add(node.name());
      }
    }
  }

  /** Whoever waits for a node of the last block, outside the blocks, also waits for its clone. */
  private void followControls(Map<String, String> renamed) {
    for (String name : waiting) {
      FlatNode node = nodes.get(name);
      Set<String> controls = new LinkedHashSet<>(node.controls());
      node.controls().stream()
          .filter(renamed::containsKey)
          .forEach(control -> controls.add(renamed.get(control)));
      nodes.put(name, node.withInputs(node.inputs(), List.copyOf(controls)));
    }
  }

  private Map<String, AttrValue> attrs(FlatNode node, int distance) {
    Map<String, AttrValue> attrs = new HashMap<>(node.attrs());
    if (Seeds.isSeedAttr(node, "seed2")) {
      attrs.put("seed2", Nodes.integer(Seeds.moved(node.attrs().get("seed2").getI(), distance)));
      if (attrs.get("seed2").getI() == 0) {
        attrs.put("seed", Nodes.integer(Seeds.moved(node.attrs().get("seed").getI(), distance)));
      }
    }
    return attrs;
  }

  private Map<String, String> addArguments(int block, int template) {
    Map<String, String> captures = new HashMap<>();
    Set<String> own = new HashSet<>(cut.arguments().get(template).values());
    for (FlatArgument argument : cut.graph().arguments()) {
      if (!own.contains(argument.name())) {
        continue;
      }
      BlockStructure.Place place =
          cut.structure().place(argument.capture().getAsInt()).orElseThrow();
      String pattern = cut.structure().members().get(place.member()).pattern();
      String name =
          unique(
              ("capture_" + pattern.replace(BlockMember.BLOCK, Integer.toString(block)))
                  .toLowerCase(Locale.ROOT)
                  .replaceAll("[^a-z0-9_]", "_"));
      captures.put(argument.name(), name);
      Map<String, AttrValue> attrs = new HashMap<>(argument.attrs());
      attrs.remove("_user_specified_name");
      arguments.add(
          new FlatArgument(
              argument.definition().toBuilder().setName(name).build(),
              attrs,
              argument.shape(),
              OptionalInt.of(variables.node(block, place.member()))));
    }
    return captures;
  }

  /** Whoever reads the last block's result, outside the blocks, reads the new last one's. */
  private void redirect(TensorRef last) {
    TensorRef output = cut.cuts().get(old);
    if (last.equals(output)) {
      return;
    }
    Set<String> inside = new HashSet<>();
    cut.regions().forEach(inside::addAll);
    for (String name : cut.graph().nodes().keySet()) {
      FlatNode node = nodes.get(name);
      if (!inside.contains(name) && node.inputs().contains(output)) {
        List<TensorRef> inputs = new ArrayList<>(node.inputs());
        inputs.replaceAll(input -> input.equals(output) ? last : input);
        nodes.put(name, node.withInputs(inputs, node.controls()));
      }
    }
  }

  private void removeBlocks() {
    if (variables.count() >= old) {
      return;
    }
    Set<String> gone = new HashSet<>();
    for (int block = variables.count(); block < old; block++) {
      gone.addAll(cut.regions().get(block));
    }
    arguments.removeIf(
        argument ->
            argument.capture().isPresent()
                && cut.structure()
                    .place(argument.capture().getAsInt())
                    .filter(place -> place.block() >= variables.count())
                    .isPresent());
    // What a removed block shared with others, such as a constant, has readers left and stays.
    gone.removeAll(readElsewhere(gone));
    nodes.keySet().removeAll(gone);
    controlOutputs.values().removeAll(gone);
    for (Map.Entry<String, FlatNode> entry : nodes.entrySet()) {
      FlatNode node = entry.getValue();
      if (node.controls().stream().anyMatch(gone::contains)) {
        List<String> controls =
            node.controls().stream().filter(control -> !gone.contains(control)).toList();
        entry.setValue(node.withInputs(node.inputs(), controls));
      }
    }
  }

  private Set<String> readElsewhere(Set<String> gone) {
    Set<String> read = new HashSet<>();
    List<FlatNode> all = new ArrayList<>(nodes.values());
    for (int i = all.size() - 1; i >= 0; i--) {
      FlatNode node = all.get(i);
      if (!gone.contains(node.name()) || read.contains(node.name())) {
        node.inputs().forEach(input -> read.add(input.node()));
      }
    }
    read.retainAll(gone);
    return read;
  }

  private String unique(String wanted) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  private String uniqueKey(String wanted) {
    String key = wanted;
    for (int i = 1; controlOutputs.containsKey(key); i++) {
      key = wanted + "_" + i;
    }
    return key;
  }
}
