package org.espalier.tf.graph;

import com.google.protobuf.ByteString;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.TensorInfo;

/**
 * Makes the graph that serving runs: a handle for each variable, the calls of the signatures, the
 * saver, and whatever else of the old graph these need, such as tables and constants.
 */
final class TopGraph {
  private static final String VARIABLES = "variables";

  private final MetaGraphDef old;
  private final SavedObjectGraph oldObjects;
  private final SavedObjectGraph objects;
  private final Set<String> dropped;
  private final Map<String, NodeDef> oldNodes = new LinkedHashMap<>();
  private final Map<Integer, String> handles = new TreeMap<>();
  private final Map<String, String> replaced = new HashMap<>();
  private final Set<String> names = new HashSet<>();

  /**
   * Prepares the graph and names the handles.
   *
   * @param objects the new object graph
   * @param ids the new object-graph node of each old one, or -1
   * @param handleNodes the old object-graph node of each old handle, as far as it is known
   * @param dropped names of the functions that were dropped
   */
  TopGraph(
      MetaGraphDef old,
      SavedObjectGraph objects,
      List<Integer> ids,
      Map<String, Integer> handleNodes,
      Set<String> dropped) {
    this.old = old;
    this.oldObjects = old.getObjectGraphDef();
    this.objects = objects;
    this.dropped = dropped;
    for (NodeDef node : old.getGraphDef().getNodeList()) {
      oldNodes.put(node.getName(), node);
      // A handle whose variable is known is replaced; others may stay.
      if (!handleNodes.containsKey(node.getName())) {
        names.add(node.getName());
      }
    }
    for (int node = 0; node < objects.getNodesCount(); node++) {
      SavedObject object = objects.getNodes(node);
      if (object.hasVariable()) {
        handles.put(node, handleName(object.getVariable().getName()));
      }
    }
    handleNodes.forEach(
        (handle, node) -> {
          String name = handles.get(ids.get(node));
          if (name != null) {
            replaced.put(handle, name);
          }
        });
  }

  /** The name of each variable's handle, by its new object-graph node. */
  Map<Integer, String> handles() {
    return handles;
  }

  /** Writes the graph, the signatures, the collections and the saver into {@code next}. */
  void write(MetaGraphDef.Builder next, Map<Integer, String> keys, ByteString checkpointGraph) {
    Map<String, SignatureDef> signatures = new TreeMap<>();
    old.getSignatureDefMap()
        .forEach(
            (name, signature) -> {
              if (functionOf(signature).filter(dropped::contains).isEmpty()) {
                signatures.put(name, shaped(signature));
              }
            });
    Map<String, NodeDef> kept = kept(signatures);
    next.clearSignatureDef().putAllSignatureDef(signatures);
    next.clearCollectionDef();
    old.getCollectionDefMap()
        .forEach(
            (name, collection) -> {
              if (isKept(collection, kept)) {
                next.putCollectionDef(name, collection);
              }
            });
    next.getGraphDefBuilder().clearNode();
    List<SaverNodes.Entry> entries = new ArrayList<>();
    handles.forEach(
        (node, name) -> {
          SavedObject object = objects.getNodes(node);
          next.getGraphDefBuilder().addNode(Nodes.handle(name, name, object.getVariable()));
          entries.add(new SaverNodes.Entry(name, keys.get(node), object.getVariable().getDtype()));
        });
    kept.values().forEach(next.getGraphDefBuilder()::addNode);
    SaverNodes saver = new SaverNodes(freeScope(), entries, checkpointGraph);
    saver.nodes().forEach(next.getGraphDefBuilder()::addNode);
    next.setSaverDef(saver.saverDef());
  }

  private Optional<String> functionOf(SignatureDef signature) {
    return signature.getOutputsMap().values().stream()
        .map(info -> oldNodes.get(nodeOf(info.getName())))
        .filter(node -> node != null && node.containsAttr("f"))
        .map(node -> node.getAttrOrThrow("f").getFunc().getName())
        .findFirst();
  }

  /** A signature's shapes hold the number of blocks where it returns something of each. */
  private SignatureDef shaped(SignatureDef signature) {
    SignatureDef.Builder shaped = signature.toBuilder();
    Optional<SavedConcreteFunction> after =
        functionOf(signature).map(objects.getConcreteFunctionsMap()::get);
    if (after.isPresent()) {
      Map<String, StructuredValue> results =
          after.get().getOutputSignature().getDictValue().getFieldsMap();
      signature
          .getOutputsMap()
          .forEach(
              (name, info) -> {
                StructuredValue result = results.get(name);
                if (result != null && result.hasTensorSpecValue()) {
                  shaped.putOutputs(
                      name,
                      info.toBuilder()
                          .setTensorShape(result.getTensorSpecValue().getShape())
                          .build());
                }
              });
    }
    return shaped.build();
  }

  private Map<String, NodeDef> kept(Map<String, SignatureDef> signatures) {
    Deque<String> open = new ArrayDeque<>();
    for (SignatureDef signature : signatures.values()) {
      for (TensorInfo info : signature.getInputsMap().values()) {
        open.add(nodeOf(info.getName()));
      }
      for (TensorInfo info : signature.getOutputsMap().values()) {
        open.add(nodeOf(info.getName()));
      }
    }
    old.getCollectionDefMap().values().stream()
        .filter(CollectionDef::hasNodeList)
        .forEach(
            collection ->
                collection.getNodeList().getValueList().forEach(value -> open.add(nodeOf(value))));
    old.getAssetFileDefList().forEach(asset -> open.add(nodeOf(asset.getTensorInfo().getName())));
    for (SavedObject object : objects.getNodesList()) {
      if (object.hasConstant()) {
        open.add(object.getConstant().getOperation());
      }
    }
    Map<String, NodeDef> found = new HashMap<>();
    Set<String> handleNames = new HashSet<>(handles.values());
    while (!open.isEmpty()) {
      String name = open.remove();
      NodeDef node = oldNodes.get(name);
      if (node != null && !found.containsKey(name)) {
        NodeDef rewired = rewired(node);
        found.put(name, rewired);
        // A new handle may have the name of an old node that goes.
        rewired.getInputList().stream()
            .map(TopGraph::nodeOf)
            .filter(input -> !handleNames.contains(input))
            .forEach(open::add);
      }
    }
    Map<String, NodeDef> ordered = new LinkedHashMap<>();
    for (String name : oldNodes.keySet()) {
      if (found.containsKey(name)) {
        ordered.put(name, found.get(name));
      }
    }
    return ordered;
  }

  private NodeDef rewired(NodeDef node) {
    String function =
        node.getAttrOrDefault("f", AttrValue.getDefaultInstance()).getFunc().getName();
    SavedConcreteFunction before = oldObjects.getConcreteFunctionsMap().get(function);
    SavedConcreteFunction after = objects.getConcreteFunctionsMap().get(function);
    NodeDef.Builder rewired = node.toBuilder().removeAttr("_class");
    if (before != null && after != null) {
      return call(rewired, before, after);
    }
    rewired.clearInput();
    for (String input : node.getInputList()) {
      String handle = replaced.get(nodeOf(input));
      rewired.addInput(handle == null ? input : input.startsWith("^") ? "^" + handle : handle);
    }
    return rewired.build();
  }

  /**
   * What is fed stays; captured variables become handles, in the order of the function's captures.
   */
  private NodeDef call(
      NodeDef.Builder call, SavedConcreteFunction before, SavedConcreteFunction after) {
    List<String> data = new ArrayList<>();
    List<String> controls = new ArrayList<>();
    for (String input : call.getInputList()) {
      (input.startsWith("^") ? controls : data).add(input);
    }
    int fed = data.size() - before.getBoundInputsCount();
    List<DataType> types =
        new ArrayList<>(call.getAttrOrThrow("Tin").getList().getTypeList().subList(0, fed));
    // Other captures than variables keep their order, since nothing adds or removes them.
    Deque<String> others = new ArrayDeque<>();
    Deque<DataType> otherTypes = new ArrayDeque<>();
    for (int i = 0; i < before.getBoundInputsCount(); i++) {
      if (!oldObjects.getNodes(before.getBoundInputs(i)).hasVariable()) {
        others.add(data.get(fed + i));
        otherTypes.add(call.getAttrOrThrow("Tin").getList().getType(fed + i));
      }
    }
    call.clearInput().addAllInput(data.subList(0, fed));
    for (int node : after.getBoundInputsList()) {
      boolean variable = objects.getNodes(node).hasVariable();
      call.addInput(variable ? handles.get(node) : others.remove());
      types.add(variable ? DataType.DT_RESOURCE : otherTypes.remove());
    }
    if (!before.getOutputSignature().equals(after.getOutputSignature())) {
      call.removeAttr("_output_shapes");
    }
    return call.addAllInput(controls)
        .putAttr("Tin", Nodes.types(types))
        .removeAttr("_read_only_resource_inputs")
        .build();
  }

  private boolean isKept(CollectionDef collection, Map<String, NodeDef> kept) {
    return collection.hasNodeList()
        && collection.getNodeList().getValueList().stream()
            .allMatch(value -> kept.containsKey(nodeOf(value)));
  }

  private String handleName(String variable) {
    String base = variable.replaceAll("[^A-Za-z0-9_./-]", "_").replaceFirst("^[^A-Za-z0-9.]+", "");
    String wanted = base.isEmpty() ? VARIABLES : base;
    String name = wanted;
    for (int i = 1; !names.add(name); i++) {
      name = wanted + "_" + i;
    }
    return name;
  }

  private String freeScope() {
    String scope = "saver";
    while (startsAny(scope + "/") || names.contains(scope)) {
      scope += "_";
    }
    return scope;
  }

  private boolean startsAny(String prefix) {
    return names.stream().anyMatch(name -> name.startsWith(prefix));
  }

  private static String nodeOf(String tensor) {
    String name = tensor.startsWith("^") ? tensor.substring(1) : tensor;
    int colon = name.indexOf(':');
    return colon < 0 ? name : name.substring(0, colon);
  }
}
