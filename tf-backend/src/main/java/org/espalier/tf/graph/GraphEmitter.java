package org.espalier.tf.graph;

import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.FunctionCalls;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;

/**
 * Writes a flat graph as a GraphDef: placeholders for what is fed, handles for what is captured.
 */
public final class GraphEmitter {
  private final SavedModelDirectory model;
  private final OpCatalog catalog;

  /** Writes graphs of {@code model}, whose constants and control-flow functions they take along. */
  public GraphEmitter(SavedModelDirectory model) {
    this.model = model;
    this.catalog = OpCatalog.bundled().with(model.metaGraph().getMetaInfoDef().getStrippedOpList());
  }

  /** The op signatures that the graphs are written by. */
  public OpCatalog catalog() {
    return catalog;
  }

  /**
   * Writes the nodes that a result or a control output needs.
   *
   * <p>A variable's handle is shared under {@code shared_name} "espalier/N" with N its object-graph
   * node, so several graphs in one session see the same variables.
   *
   * @throws EspalierException when the function captures anything but variables and constants
   */
  public EmittedGraph emit(FlatGraph flat) {
    GraphDef.Builder graph = GraphDef.newBuilder();
    graph.setVersions(model.metaGraph().getGraphDef().getVersions());
    Map<String, String> placeholders = new LinkedHashMap<>();
    Map<Integer, String> variables = new TreeMap<>();
    // A variable may be captured twice: the second argument stands for the first one's handle.
    Map<String, String> handles = new HashMap<>();
    for (FlatArgument argument : flat.arguments()) {
      if (argument.capture().isEmpty()) {
        graph.addNode(placeholder(argument));
        placeholders.put(argument.name(), argument.name());
        continue;
      }
      int node = argument.capture().getAsInt();
      SavedObject object = model.objects().getNodes(node);
      if (object.hasVariable()) {
        if (variables.putIfAbsent(node, argument.name()) == null) {
          graph.addNode(handle(argument.name(), node, object.getVariable()));
        }
        handles.put(argument.name(), variables.get(node));
      } else if (object.hasConstant()) {
        graph.addNode(constant(argument.name(), object.getConstant().getOperation()));
      } else {
        throw new EspalierException(
            "Function '%s' captures a %s, only variables and constants can be trained over"
                .formatted(flat.function(), object.getKindCase()));
      }
    }
    var live = flat.live();
    for (FlatNode node : flat.nodes().values()) {
      if (live.contains(node.name())) {
        graph.addNode(node(flat, node, handles));
      }
    }
    FunctionCalls calls = new FunctionCalls(model.functions());
    for (String name : calls.reachable(calls.calleesOf(graph.getNodeList()))) {
      graph.getLibraryBuilder().addFunction(model.functions().get(name));
    }
    Map<String, String> outputs = new LinkedHashMap<>();
    flat.outputs()
        .forEach(output -> outputs.put(output.name(), edge(flat, output.source(), handles)));
    return new EmittedGraph(
        graph.build(),
        Collections.unmodifiableMap(placeholders),
        Collections.unmodifiableMap(variables),
        Collections.unmodifiableMap(outputs),
        List.copyOf(flat.controlOutputs().values()));
  }

  private NodeDef node(FlatGraph flat, FlatNode node, Map<String, String> handles) {
    NodeDef.Builder builder =
        NodeDef.newBuilder()
            .setName(node.name())
            .setOp(node.op())
            .setDevice(node.device())
            .putAllAttr(node.attrs());
    node.inputs().forEach(input -> builder.addInput(edge(flat, input, handles)));
    node.controls().forEach(control -> builder.addInput("^" + control));
    return builder.build();
  }

  private String edge(FlatGraph flat, TensorRef tensor, Map<String, String> handles) {
    if (tensor.isArgument()) {
      return handles.getOrDefault(tensor.node(), tensor.node()) + ":0";
    }
    return tensor.node() + ":" + catalog.position(flat.nodes().get(tensor.node()), tensor);
  }

  private static NodeDef placeholder(FlatArgument argument) {
    NodeDef.Builder builder =
        NodeDef.newBuilder()
            .setName(argument.name())
            .setOp("Placeholder")
            .putAttr("dtype", AttrValue.newBuilder().setType(argument.type()).build());
    argument
        .shape()
        .ifPresent(
            shape -> builder.putAttr("shape", AttrValue.newBuilder().setShape(shape).build()));
    return builder.build();
  }

  private static NodeDef handle(String name, int node, SavedVariable variable) {
    return Nodes.handle(name, "espalier/" + node, variable);
  }

  private NodeDef constant(String name, String operation) {
    for (NodeDef node : model.metaGraph().getGraphDef().getNodeList()) {
      if (node.getName().equals(operation) && node.getOp().equals("Const")) {
        return node.toBuilder().setName(name).clearInput().removeAttr("_class").build();
      }
    }
    throw new EspalierException(
        model.path() + " is damaged: its graph lacks the constant '" + operation + "'");
  }
}
