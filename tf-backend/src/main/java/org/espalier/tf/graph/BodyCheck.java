package org.espalier.tf.graph;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** Checks the nodes of one graph or function body against the signatures of their ops. */
final class BodyCheck {
  private static final Set<String> CALLS = Set.of("PartitionedCall", "StatefulPartitionedCall");

  private final Function<String, Optional<OpDef>> ops;
  private final Map<String, OpDef> functions;
  private final boolean isFunction;
  private final Map<String, DataType> arguments = new HashMap<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, NodeSignature> signatures = new HashMap<>();

  /**
   * Prepares the check of a body.
   *
   * @param ops the ops that TensorFlow or the model knows
   * @param functions the signatures of the library
   * @param isFunction whether inputs are written as functions write them
   */
  BodyCheck(
      Function<String, Optional<OpDef>> ops, Map<String, OpDef> functions, boolean isFunction) {
    this.ops = ops;
    this.functions = functions;
    this.isFunction = isFunction;
  }

  /** Adds an argument of the function; of a list of tensors the types are not known. */
  void argument(OpDef.ArgDef argument) {
    names.add(argument.getName());
    if (argument.getType() != DataType.DT_INVALID) {
      arguments.put(argument.getName(), argument.getType());
    }
  }

  /**
   * Checks all nodes.
   *
   * @throws MalformedNodeException at the first that is wrong; the message begins with its name
   */
  void nodes(List<NodeDef> nodes) {
    for (NodeDef node : nodes) {
      named(node, () -> register(node));
    }
    for (NodeDef node : nodes) {
      named(node, () -> inputs(node));
    }
  }

  /** Returns the type of a tensor; empty where it is not known. */
  Optional<DataType> type(String input) {
    String[] parts = input.split(":", -1);
    if (!names.contains(parts[0])) {
      throw new MalformedNodeException("takes '" + input + "', which is missing");
    }
    NodeSignature producer = signatures.get(parts[0]);
    if (producer == null) {
      return Optional.ofNullable(arguments.get(parts[0]));
    }
    List<DataType> types =
        isFunction && parts.length > 1 ? producer.outputs().get(parts[1]) : producer.allOutputs();
    int index = index(parts, isFunction ? 2 : 1);
    if (types == null || index < 0 || index >= types.size()) {
      throw new MalformedNodeException("takes '" + input + "', which its op does not give");
    }
    return Optional.of(types.get(index));
  }

  private static int index(String[] parts, int place) {
    if (parts.length <= place) {
      return 0;
    }
    return parts[place].matches("\\d{1,6}") ? Integer.parseInt(parts[place]) : -1;
  }

  private void register(NodeDef node) {
    if (!names.add(node.getName())) {
      throw new MalformedNodeException("is there twice");
    }
    OpDef function = functions.get(node.getOp());
    Optional<OpDef> op = function == null ? ops.apply(node.getOp()) : Optional.of(function);
    if (op.isEmpty()) {
      return;
    }
    if (function == null) {
      AttrCheck.check(op.get(), node);
    }
    if (node.getOp().equals("Const")) {
      ConstantCheck.check(node);
    }
    signatures.put(node.getName(), NodeSignature.of(op.get(), node));
    if (CALLS.contains(node.getOp())) {
      call(node);
    }
  }

  private void call(NodeDef node) {
    OpDef callee =
        functions.get(
            node.getAttrOrDefault("f", AttrValue.getDefaultInstance()).getFunc().getName());
    if (callee == null) {
      throw new MalformedNodeException("calls a function that the model lacks");
    }
    NodeSignature own = signatures.get(node.getName());
    NodeSignature asked = NodeSignature.of(callee, NodeDef.getDefaultInstance());
    if (!own.inputs().equals(asked.inputs()) || !own.allOutputs().equals(asked.allOutputs())) {
      throw new MalformedNodeException(
          "calls function '%s' with other types than it has".formatted(callee.getName()));
    }
  }

  private void inputs(NodeDef node) {
    List<String> data =
        node.getInputList().stream().filter(input -> !input.startsWith("^")).toList();
    for (String input : node.getInputList()) {
      if (input.startsWith("^") && !names.contains(input.substring(1))) {
        throw new MalformedNodeException(
            "waits for '" + input.substring(1) + "', which is missing");
      }
    }
    NodeSignature signature = signatures.get(node.getName());
    if (signature == null) {
      data.forEach(this::type);
      return;
    }
    if (data.size() != signature.inputs().size()) {
      throw new MalformedNodeException(
          "has %d inputs where its op takes %d".formatted(data.size(), signature.inputs().size()));
    }
    for (int i = 0; i < data.size(); i++) {
      DataType taken = NodeSignature.plain(signature.inputs().get(i));
      Optional<DataType> given = type(data.get(i)).map(NodeSignature::plain);
      if (given.isPresent() && given.get() != taken) {
        throw new MalformedNodeException(
            "takes '%s', which is %s, as %s".formatted(data.get(i), given.get(), taken));
      }
    }
  }

  private static void named(NodeDef node, Runnable check) {
    try {
      check.run();
    } catch (MalformedNodeException e) {
      throw new MalformedNodeException(
          "node '%s' of op %s %s".formatted(node.getName(), node.getOp(), e.getMessage()));
    }
  }
}
