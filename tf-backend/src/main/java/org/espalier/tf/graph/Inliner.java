package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Copies the bodies of a function and of all that it calls into one. */
final class Inliner {
  /** No real model comes near this. How many nodes there are at most was checked on reading. */
  private static final int MAX_DEPTH = 200;

  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");

  /**
   * What a copied body gives to its caller.
   *
   * @param outputs the results in the order of the signature
   * @param controlOutputs the control outputs by name, each a node of the flat body
   */
  record Body(List<TensorRef> outputs, Map<String, String> controlOutputs) {
    /** The nodes that have run when the call has. */
    Set<String> anchors() {
      Set<String> anchors = new LinkedHashSet<>(controlOutputs.values());
      for (TensorRef output : outputs) {
        if (!output.isArgument()) {
          anchors.add(output.node());
        }
      }
      return anchors;
    }
  }

  private final Map<String, FunctionDef> library;
  private final Map<String, FlatNode> nodes = new LinkedHashMap<>();
  private final Set<String> names = new HashSet<>();

  Inliner(Map<String, FunctionDef> library) {
    this.library = library;
  }

  Map<String, FlatNode> nodes() {
    return nodes;
  }

  void reserve(String name) {
    names.add(name);
  }

  /** Copies the body of {@code function}, its arguments replaced by {@code arguments}. */
  Body copy(
      FunctionDef function,
      String prefix,
      List<TensorRef> arguments,
      Set<String> before,
      int depth) {
    if (depth > MAX_DEPTH) {
      throw new EspalierException(
          "Function '%s' is nested deeper than %d calls; such a model is not supported"
              .formatted(function.getSignature().getName(), MAX_DEPTH));
    }
    return new Copy(function, prefix, arguments, before, depth).run();
  }

  /** One body being copied. */
  private final class Copy {
    private final FunctionDef function;
    private final String prefix;
    private final Set<String> before;
    private final int depth;
    private final Map<String, TensorRef> arguments = new HashMap<>();
    private final Map<String, String> renamed = new HashMap<>();
    private final Map<String, Body> calls = new HashMap<>();
    private final Map<String, List<OpDef.ArgDef>> callOutputs = new HashMap<>();

    Copy(
        FunctionDef function,
        String prefix,
        List<TensorRef> values,
        Set<String> before,
        int depth) {
      this.function = function;
      this.prefix = prefix;
      this.before = before;
      this.depth = depth;
      for (int i = 0; i < values.size(); i++) {
        OpDef.ArgDef argument = function.getSignature().getInputArg(i);
        if (!argument.getNumberAttr().isEmpty() || !argument.getTypeListAttr().isEmpty()) {
          throw unsupported("takes a list of tensors as one argument");
        }
        arguments.put(argument.getName(), values.get(i));
      }
    }

    Body run() {
      for (NodeDef node : BodyOrder.sort(function)) {
        for (Map.Entry<String, AttrValue> attr : node.getAttrMap().entrySet()) {
          if (!attr.getValue().getPlaceholder().isEmpty()) {
            throw unsupported("takes the attribute '" + attr.getValue().getPlaceholder() + "'");
          }
        }
        FunctionDef callee = callee(node);
        if (callee == null) {
          plain(node);
        } else {
          call(node, callee);
        }
      }
      List<TensorRef> outputs = new ArrayList<>();
      for (OpDef.ArgDef output : function.getSignature().getOutputArgList()) {
        outputs.add(resolve(function.getRetOrDefault(output.getName(), "")));
      }
      Map<String, String> controls = new LinkedHashMap<>();
      function.getControlRetMap().entrySet().stream()
          .sorted(Map.Entry.comparingByKey())
          .forEach(entry -> addControls(entry.getKey(), entry.getValue(), controls));
      return new Body(outputs, controls);
    }

    private void addControls(String name, String node, Map<String, String> controls) {
      int suffix = 0;
      for (String anchor : anchors(node)) {
        if (!controls.containsValue(anchor)) {
          controls.put(suffix++ == 0 ? name : name + "_" + suffix, anchor);
        }
      }
    }

    private FunctionDef callee(NodeDef node) {
      if (CALLS.contains(node.getOp())) {
        String name =
            node.getAttrOrDefault("f", AttrValue.getDefaultInstance()).getFunc().getName();
        FunctionDef callee = library.get(name);
        if (callee == null) {
          throw unsupported("calls '" + name + "', which the model's library lacks");
        }
        return callee;
      }
      return library.get(node.getOp());
    }

    private void plain(NodeDef node) {
      String name = unique(prefix + node.getName());
      renamed.put(node.getName(), name);
      List<TensorRef> inputs = new ArrayList<>();
      Set<String> controls = new LinkedHashSet<>();
      boolean follows = false;
      for (String input : node.getInputList()) {
        if (input.startsWith("^")) {
          follows |= !arguments.containsKey(input.substring(1));
          controls.addAll(anchors(input.substring(1)));
        } else {
          follows |= !arguments.containsKey(head(input));
          inputs.add(resolve(input));
        }
      }
      if (!follows) {
        controls.addAll(before);
      }
      Map<String, AttrValue> attrs = new HashMap<>(node.getAttrMap());
      attrs.remove("_class");
      nodes.put(
          name,
          new FlatNode(name, node.getOp(), node.getDevice(), attrs, inputs, List.copyOf(controls)));
    }

    private void call(NodeDef node, FunctionDef callee) {
      List<TensorRef> values = new ArrayList<>();
      Set<String> controls = new LinkedHashSet<>(before);
      for (String input : node.getInputList()) {
        if (input.startsWith("^")) {
          controls.addAll(anchors(input.substring(1)));
        } else {
          values.add(resolve(input));
        }
      }
      if (values.size() != callee.getSignature().getInputArgCount()) {
        throw unsupported(
            "gives '%s' %d arguments where it takes %d"
                .formatted(
                    callee.getSignature().getName(),
                    values.size(),
                    callee.getSignature().getInputArgCount()));
      }
      String inner = prefix + node.getName() + "/";
      calls.put(node.getName(), copy(callee, inner, values, controls, depth + 1));
      callOutputs.put(node.getName(), callee.getSignature().getOutputArgList());
    }

    private Set<String> anchors(String node) {
      if (arguments.containsKey(node)) {
        return Set.of();
      }
      if (calls.containsKey(node)) {
        return calls.get(node).anchors();
      }
      if (!renamed.containsKey(node)) {
        throw unsupported("refers to the missing node '" + node + "'");
      }
      return Set.of(renamed.get(node));
    }

    private TensorRef resolve(String input) {
      String node = head(input);
      if (arguments.containsKey(node)) {
        return arguments.get(node);
      }
      String[] parts = input.split(":", -1);
      if (parts.length < 2 || parts.length > 3) {
        throw unsupported("has the malformed input '" + input + "'");
      }
      int index;
      try {
        index = parts.length == 3 ? Integer.parseInt(parts[2]) : 0;
      } catch (NumberFormatException e) {
        throw unsupported("has the malformed input '" + input + "'");
      }
      if (calls.containsKey(node)) {
        return callOutput(node, parts[1], index, input);
      }
      if (!renamed.containsKey(node)) {
        throw unsupported("refers to the missing node '" + node + "'");
      }
      return new TensorRef(renamed.get(node), parts[1], index);
    }

    private TensorRef callOutput(String node, String output, int index, String input) {
      List<TensorRef> outputs = calls.get(node).outputs();
      List<OpDef.ArgDef> definitions = callOutputs.get(node);
      int position = index;
      // A call op has one list of outputs; an op that is named like a function has the function's.
      if (!output.equals("output") || library.containsKey(opOf(node))) {
        for (int i = 0; i < definitions.size(); i++) {
          if (definitions.get(i).getName().equals(output)) {
            position = i;
          }
        }
      }
      if (position < 0 || position >= outputs.size()) {
        throw unsupported("asks for the missing result '" + input + "'");
      }
      return outputs.get(position);
    }

    private String opOf(String name) {
      return function.getNodeDefList().stream()
          .filter(node -> node.getName().equals(name))
          .findFirst()
          .map(NodeDef::getOp)
          .orElse("");
    }

    private EspalierException unsupported(String what) {
      return new EspalierException(
          "Function '%s' %s; export the model again with TensorFlow 2"
              .formatted(function.getSignature().getName(), what));
    }
  }

  private String unique(String wanted) {
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  private static String head(String input) {
    int colon = input.indexOf(':');
    return colon < 0 ? input : input.substring(0, colon);
  }
}
