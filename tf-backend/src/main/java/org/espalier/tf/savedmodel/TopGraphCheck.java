package org.espalier.tf.savedmodel;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Checks what the graph outside the functions must be for TensorFlow to load and call it. */
final class TopGraphCheck {
  /** As {@code node_def_util.cc} in TensorFlow's sources. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9_>./\\\\-]*");

  private static final String PLACEHOLDER = "Placeholder";

  /** The signature, and its one output, that TensorFlow runs on loading. */
  private static final String INITIALIZER = "__saved_model_init_op";

  private final Path model;
  private final MetaGraphDef graph;
  private final Map<String, FunctionDef> functions;
  private final Map<String, NodeDef> nodes = new HashMap<>();

  TopGraphCheck(Path model, MetaGraphDef graph, Map<String, FunctionDef> functions) {
    this.model = model;
    this.graph = graph;
    this.functions = functions;
  }

  void run() {
    List<NodeDef> all = graph.getGraphDef().getNodeList();
    for (NodeDef node : all) {
      if (!NAME.matcher(node.getName()).matches() || nodes.put(node.getName(), node) != null) {
        throw damaged("a node's name is no name or used twice: '" + node.getName() + "'");
      }
    }
    all.forEach(this::checkInputs);
    all.forEach(this::checkCall);
    graph.getSignatureDefMap().forEach(this::checkSignature);
  }

  private void checkSignature(String name, SignatureDef signature) {
    if (name.equals(INITIALIZER) && !signature.containsOutputs(INITIALIZER)) {
      throw damaged("signature '%s' names no node to run on loading".formatted(name));
    }
    signature.getInputsMap().forEach((input, info) -> checkFed(name, input, info));
    Set<String> fed =
        signature.getInputsMap().values().stream()
            .map(info -> producer(info.getName()))
            .collect(Collectors.toSet());
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>();
    signature
        .getOutputsMap()
        .forEach(
            (output, info) -> {
              if (info.hasName() && !nodes.containsKey(producer(info.getName()))) {
                throw damaged(
                    "output '%s' of signature '%s' is '%s', which the graph lacks"
                        .formatted(output, name, info.getName()));
              }
              open.add(producer(info.getName()));
            });
    if (signature.getInputsMap().values().stream().anyMatch(info -> !info.hasName())) {
      return;
    }
    while (!open.isEmpty()) {
      NodeDef node = nodes.get(open.pop());
      if (node == null || fed.contains(node.getName()) || !seen.add(node.getName())) {
        continue;
      }
      if (node.getOp().equals(PLACEHOLDER)) {
        throw damaged(
            "signature '%s' needs '%s', which none of its inputs is"
                .formatted(name, node.getName()));
      }
      node.getInputList().forEach(input -> open.push(producer(input)));
    }
  }

  private void checkInputs(NodeDef node) {
    for (String input : node.getInputList()) {
      if (!nodes.containsKey(producer(input))) {
        throw damaged(
            "node '%s' takes '%s', which the graph lacks".formatted(node.getName(), input));
      }
    }
  }

  private void checkCall(NodeDef node) {
    FunctionDef callee = functions.get(node.getAttrOrDefault("f", none()).getFunc().getName());
    if (callee == null || !node.getOp().endsWith("PartitionedCall")) {
      return;
    }
    List<String> inputs = node.getInputList().stream().filter(in -> !in.startsWith("^")).toList();
    List<OpDef.ArgDef> arguments = callee.getSignature().getInputArgList();
    if (inputs.size() != arguments.size()) {
      throw damaged(
          "node '%s' gives function '%s' %d arguments, it takes %d"
              .formatted(
                  node.getName(),
                  callee.getSignature().getName(),
                  inputs.size(),
                  arguments.size()));
    }
    for (int i = 0; i < inputs.size(); i++) {
      NodeDef source = nodes.get(producer(inputs.get(i)));
      DataType taken = arguments.get(i).getType();
      if (source.getOp().equals(PLACEHOLDER)
          && taken != DataType.DT_INVALID
          && type(source) != taken) {
        throw damaged(
            "node '%s' feeds %s where function '%s' takes %s"
                .formatted(source.getName(), type(source), callee.getSignature().getName(), taken));
      }
    }
  }

  private void checkFed(String signature, String input, TensorInfo info) {
    // Sparse and composite tensors have no name of their own.
    if (!info.hasName()) {
      return;
    }
    NodeDef node = nodes.get(producer(info.getName()));
    if (node == null) {
      throw damaged(
          "input '%s' of signature '%s' is '%s', which the graph lacks"
              .formatted(input, signature, info.getName()));
    }
    if (!node.getOp().equals(PLACEHOLDER)) {
      return;
    }
    AttrValue shape = node.getAttrOrDefault("shape", none());
    boolean ranked =
        shape.hasShape()
            && !shape.getShape().getUnknownRank()
            && !info.getTensorShape().getUnknownRank();
    if (type(node) != info.getDtype()
        || (ranked && shape.getShape().getDimCount() != info.getTensorShape().getDimCount())) {
      throw damaged(
          "input '%s' of signature '%s' has another type or rank than its node '%s'"
              .formatted(input, signature, node.getName()));
    }
  }

  private static DataType type(NodeDef node) {
    return node.getAttrOrDefault("dtype", none()).getType();
  }

  private static String producer(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  private static AttrValue none() {
    return AttrValue.getDefaultInstance();
  }

  private EspalierException damaged(String what) {
    return new EspalierException(
        model + " is damaged: " + what + "; copy or export the model again");
  }
}
