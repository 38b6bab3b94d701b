package org.espalier.tf.train;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Puts variables in the place of handle placeholders, each with one read that all uses share.
 *
 * <p>{@code ResourceGather}, which has no gradient, becomes a gather of that read.
 */
final class VariableBinding {
  private static final Set<String> READS = Set.of("ReadVariableOp");
  private static final Set<String> HANDLE_PASS = Set.of("DisableCopyOnRead");

  private final Map<String, ModelVariable> variables = new LinkedHashMap<>();
  private final Map<String, Integer> numbers = new HashMap<>();

  VariableBinding(Collection<ModelVariable> variables) {
    for (ModelVariable variable : variables) {
      numbers.put(variable.name(), numbers.size());
      this.variables.put(variable.name(), variable);
    }
  }

  /** Returns the name of a variable's handle node. */
  String handle(String variable) {
    return "variable/" + numbers.get(variable) + "/handle";
  }

  /** Returns the name of the node that reads a variable. */
  String read(String variable) {
    return "variable/" + numbers.get(variable) + "/read";
  }

  /** Returns the names of all nodes that bodies bound here may share. */
  Set<String> sharedNodes() {
    Set<String> names = new TreeSet<>();
    variables.keySet().forEach(v -> names.addAll(List.of(handle(v), read(v))));
    return names;
  }

  /**
   * Binds a body's handles.
   *
   * @throws EspalierException if the body does with a handle what cannot be trained
   */
  void apply(GraphEdit graph, Map<String, String> handles) {
    Map<TensorRef, TensorRef> uses = new HashMap<>();
    for (NodeDef.Builder node : List.copyOf(graph.nodes())) {
      for (int i = 0; i < node.getInputCount(); i++) {
        String variable = handles.get(TensorRef.parse(node.getInput(i)).node());
        if (variable != null && !node.getInput(i).startsWith("^")) {
          bindUse(graph, node, i, variable, uses);
        }
      }
    }
    handles.keySet().forEach(graph::remove);
    new TreeSet<>(handles.values()).forEach(variable -> addNodes(graph, variable));
    graph.redirect(uses);
  }

  private void bindUse(
      GraphEdit graph,
      NodeDef.Builder node,
      int input,
      String variable,
      Map<TensorRef, TensorRef> uses) {
    String op = node.getOp();
    if (READS.contains(op)) {
      uses.put(new TensorRef(node.getName(), 0), new TensorRef(read(variable), 0));
      graph.remove(node.getName());
    } else if (op.equals("ResourceGather")) {
      gather(graph, node, variable);
    } else if (op.equals("ResourceGatherNd")) {
      node.setOp("GatherNd").setInput(0, read(variable));
      node.putAttr("Tparams", node.getAttrOrThrow("dtype")).removeAttr("dtype");
    } else if (op.equals("VariableShape")) {
      node.setOp("Shape").setInput(input, read(variable));
      node.putAttr("T", GraphEdit.type(variables.get(variable).dtype()));
    } else if (HANDLE_PASS.contains(op)) {
      graph.remove(node.getName());
    } else {
      throw new EspalierException(
          ("The forward function cannot be trained: node '%s' (%s) uses variable '%s' in another"
                  + " way than reading it; export the model without it")
              .formatted(node.getName(), op, variable));
    }
  }

  private void gather(GraphEdit graph, NodeDef.Builder node, String variable) {
    String axis =
        graph.constant(
            node.getName() + "/axis",
            TensorProto.newBuilder().setDtype(DataType.DT_INT32).addIntVal(0),
            List.of());
    AttrValue params = node.getAttrOrThrow("dtype");
    AttrValue batchDims = node.getAttrOrDefault("batch_dims", GraphEdit.number(0));
    AttrValue indices = node.getAttrOrThrow("Tindices");
    node.setOp("GatherV2").setInput(0, read(variable)).addInput(axis).clearAttr();
    node.putAttr("Tparams", params).putAttr("Tindices", indices);
    node.putAttr("Taxis", GraphEdit.type(DataType.DT_INT32)).putAttr("batch_dims", batchDims);
  }

  private void addNodes(GraphEdit graph, String name) {
    ModelVariable variable = variables.get(name);
    if (variable == null) {
      throw new EspalierException("The forward function uses an unknown variable '" + name + "'");
    }
    NodeDef.Builder handle = graph.add("VarHandleOp", handle(name));
    handle.putAttr("dtype", GraphEdit.type(variable.dtype()));
    handle.putAttr("shape", GraphEdit.shape(variable.shape()));
    handle.putAttr("shared_name", GraphEdit.text(handle(name)));
    NodeDef.Builder read = graph.add("ReadVariableOp", read(name), handle(name));
    read.putAttr("dtype", GraphEdit.type(variable.dtype()));
  }
}
