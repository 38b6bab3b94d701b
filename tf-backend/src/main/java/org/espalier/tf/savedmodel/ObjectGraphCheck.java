package org.espalier.tf.savedmodel;

import java.nio.file.Path;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;

/** Checks that every id and every function name in an object graph leads somewhere. */
final class ObjectGraphCheck {
  private final Path model;
  private final SavedObjectGraph graph;
  private final Map<String, FunctionDef> functions;

  ObjectGraphCheck(Path model, SavedObjectGraph graph, Map<String, FunctionDef> functions) {
    this.model = model;
    this.graph = graph;
    this.functions = functions;
  }

  void run() {
    if (graph.getNodesCount() == 0) {
      throw damaged("its object graph is empty");
    }
    for (int node = 0; node < graph.getNodesCount(); node++) {
      check(node, graph.getNodes(node));
    }
    graph.getConcreteFunctionsMap().forEach(this::check);
  }

  private void check(int id, SavedObject object) {
    object.getChildrenList().forEach(child -> node(child.getNodeId(), id));
    object.getDependenciesList().forEach(child -> node(child.getNodeId(), id));
    object
        .getSlotVariablesList()
        .forEach(
            slot -> {
              node(slot.getOriginalVariableNodeId(), id);
              node(slot.getSlotVariableNodeId(), id);
            });
    object
        .getSaveableObjectsMap()
        .values()
        .forEach(
            saveable -> {
              node(saveable.getSaveFunction(), id);
              node(saveable.getRestoreFunction(), id);
            });
    object.getFunction().getConcreteFunctionsList().forEach(name -> recorded(name, id));
    if (object.hasBareConcreteFunction()) {
      recorded(object.getBareConcreteFunction().getConcreteFunctionName(), id);
    }
  }

  private void check(String name, SavedConcreteFunction function) {
    if (!functions.containsKey(name)) {
      throw damaged("its object graph names function '" + name + "', which its library lacks");
    }
    int arguments = functions.get(name).getSignature().getInputArgCount();
    if (function.getBoundInputsCount() > arguments) {
      throw damaged(
          "function '%s' has %d captures and only %d arguments"
              .formatted(name, function.getBoundInputsCount(), arguments));
    }
    function.getBoundInputsList().forEach(id -> node(id, -1));
  }

  private void node(int id, int from) {
    if (id < 0 || id >= graph.getNodesCount()) {
      throw damaged(
          "object %d refers to object %d of %d".formatted(from, id, graph.getNodesCount()));
    }
  }

  private void recorded(String name, int from) {
    if (!graph.containsConcreteFunctions(name)) {
      throw damaged("object %d refers to the unrecorded function '%s'".formatted(from, name));
    }
  }

  private EspalierException damaged(String what) {
    return new EspalierException(
        model + " is damaged: " + what + "; copy or export the model again");
  }
}
