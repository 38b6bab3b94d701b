package org.espalier.tf.savedmodel;

import java.nio.file.Path;
import java.util.HashMap;
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

/** Checks what the graph outside the functions must be for TensorFlow to load and call it. */
final class TopGraphCheck {
  /** As {@code node_def_util.cc} in TensorFlow's sources. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.][A-Za-z0-9_>./\\\\-]*");

  static final String PLACEHOLDER = "Placeholder";

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
    Set<String> assets =
        graph.getAssetFileDefList().stream()
            .map(asset -> producer(asset.getTensorInfo().getName()))
            .collect(Collectors.toSet());
    graph.getSignatureDefMap().forEach(new SignatureCheck(model, nodes, assets)::run);
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

  static DataType type(NodeDef node) {
    return node.getAttrOrDefault("dtype", none()).getType();
  }

  static String producer(String input) {
    String name = input.startsWith("^") ? input.substring(1) : input;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }

  static AttrValue none() {
    return AttrValue.getDefaultInstance();
  }

  private EspalierException damaged(String what) {
    return damaged(model, what);
  }

  static EspalierException damaged(Path model, String what) {
    return new EspalierException(
        model + " is damaged: " + what + "; copy or export the model again");
  }
}
