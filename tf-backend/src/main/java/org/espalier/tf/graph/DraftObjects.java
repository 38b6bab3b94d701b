package org.espalier.tf.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;

/** An object graph that is being edited: nodes keep their ids until the end. */
final class DraftObjects {
  private final List<SavedObject.Builder> nodes = new ArrayList<>();
  private final Map<String, SavedConcreteFunction> functions;

  DraftObjects(SavedObjectGraph graph) {
    graph.getNodesList().forEach(node -> nodes.add(node.toBuilder()));
    this.functions = new TreeMap<>(graph.getConcreteFunctionsMap());
  }

  SavedObject.Builder node(int id) {
    return nodes.get(id);
  }

  /** The concrete functions that a node stands for. */
  List<String> names(int id) {
    SavedObject.Builder node = nodes.get(id);
    return node.hasBareConcreteFunction()
        ? List.of(node.getBareConcreteFunction().getConcreteFunctionName())
        : node.getFunction().getConcreteFunctionsList();
  }

  int size() {
    return nodes.size();
  }

  int add(SavedObject.Builder node) {
    nodes.add(node);
    return nodes.size() - 1;
  }

  /** The recorded concrete functions by name. */
  Map<String, SavedConcreteFunction> functions() {
    return functions;
  }

  void setChildren(int id, List<ObjectReference> children) {
    nodes.get(id).clearChildren().addAllChildren(children);
  }

  /** Takes a node out of every list that names it. */
  void remove(Set<Integer> ids) {
    for (SavedObject.Builder node : nodes) {
      List<ObjectReference> children = new ArrayList<>(node.getChildrenList());
      if (children.removeIf(child -> ids.contains(child.getNodeId()))) {
        node.clearChildren().addAllChildren(children);
      }
      List<ObjectReference> dependencies = new ArrayList<>(node.getDependenciesList());
      if (dependencies.removeIf(child -> ids.contains(child.getNodeId()))) {
        node.clearDependencies().addAllDependencies(dependencies);
      }
    }
  }

  /** Lets whoever names {@code from} name {@code to}. */
  void redirect(Map<Integer, Integer> targets) {
    for (SavedObject.Builder node : nodes) {
      for (ObjectReference.Builder child : node.getChildrenBuilderList()) {
        child.setNodeId(targets.getOrDefault(child.getNodeId(), child.getNodeId()));
      }
      for (ObjectReference.Builder child : node.getDependenciesBuilderList()) {
        child.setNodeId(targets.getOrDefault(child.getNodeId(), child.getNodeId()));
      }
    }
  }

  /**
   * The final graph.
   *
   * @param graph only what the root reaches, renumbered
   * @param ids the final id of each draft id, or -1
   */
  record Final(SavedObjectGraph graph, List<Integer> ids) {}

  Final finish() {
    Set<Integer> reached = reached();
    List<Integer> ids = new ArrayList<>(Collections.nCopies(nodes.size(), -1));
    int next = 0;
    for (int id = 0; id < nodes.size(); id++) {
      if (reached.contains(id)) {
        ids.set(id, next++);
      }
    }
    SavedObjectGraph.Builder graph = SavedObjectGraph.newBuilder();
    for (int id = 0; id < nodes.size(); id++) {
      if (ids.get(id) < 0) {
        continue;
      }
      SavedObject.Builder node = nodes.get(id);
      for (ObjectReference.Builder child : node.getChildrenBuilderList()) {
        child.setNodeId(ids.get(child.getNodeId()));
      }
      for (ObjectReference.Builder child : node.getDependenciesBuilderList()) {
        child.setNodeId(ids.get(child.getNodeId()));
      }
      node.getSaveableObjectsMap()
          .forEach(
              (name, saveable) ->
                  node.putSaveableObjects(
                      name,
                      saveable.toBuilder()
                          .setSaveFunction(ids.get(saveable.getSaveFunction()))
                          .setRestoreFunction(ids.get(saveable.getRestoreFunction()))
                          .build()));
      graph.addNodes(node);
    }
    functions.forEach(
        (name, function) -> {
          SavedConcreteFunction.Builder renumbered = function.toBuilder().clearBoundInputs();
          function.getBoundInputsList().forEach(id -> renumbered.addBoundInputs(ids.get(id)));
          graph.putConcreteFunctions(name, renumbered.build());
        });
    return new Final(graph.build(), Collections.unmodifiableList(ids));
  }

  private Set<Integer> reached() {
    Set<Integer> reached = new HashSet<>();
    Deque<Integer> open = new ArrayDeque<>();
    open.add(0);
    // Python refuses a capture that hangs nowhere; constants hang on their function alone.
    functions.values().forEach(function -> open.addAll(function.getBoundInputsList()));
    while (!open.isEmpty()) {
      int id = open.remove();
      if (!reached.add(id)) {
        continue;
      }
      SavedObject.Builder node = nodes.get(id);
      node.getChildrenList().forEach(child -> open.add(child.getNodeId()));
      node.getDependenciesList().forEach(child -> open.add(child.getNodeId()));
      node.getSaveableObjectsMap()
          .values()
          .forEach(
              saveable -> {
                open.add(saveable.getSaveFunction());
                open.add(saveable.getRestoreFunction());
              });
    }
    return reached;
  }
}
