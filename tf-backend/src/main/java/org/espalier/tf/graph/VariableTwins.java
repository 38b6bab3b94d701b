package org.espalier.tf.graph;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedConcreteFunction;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;

/**
 * Finds variables that a file stores twice.
 *
 * <p>Keras 3's {@code model.export} does: the object graph binds one copy to the functions, the
 * graph of the signatures another. Who changes the numbers must write both.
 */
public final class VariableTwins {
  private VariableTwins() {}

  /**
   * Finds the copies.
   *
   * @param keys the checkpoint key of each variable, by object-graph node
   * @return for each variable that no function captures but a signature reads, the captured
   *     variable that it is a copy of
   */
  public static Map<Integer, Integer> find(SavedModelDirectory model, Map<Integer, String> keys) {
    Map<String, String> handleKeys = HandleKeys.of(model);
    Map<String, Integer> nodes = new HashMap<>();
    keys.forEach((node, key) -> nodes.put(key, node));
    Set<Integer> captured = new HashSet<>();
    model
        .objects()
        .getConcreteFunctionsMap()
        .values()
        .forEach(function -> captured.addAll(function.getBoundInputsList()));
    Map<Integer, Integer> twins = new TreeMap<>();
    for (NodeDef node : model.metaGraph().getGraphDef().getNodeList()) {
      String name = node.getAttrOrDefault("f", AttrValue.getDefaultInstance()).getFunc().getName();
      SavedConcreteFunction function = model.objects().getConcreteFunctionsMap().get(name);
      if (function == null) {
        continue;
      }
      int inputs =
          (int) node.getInputList().stream().filter(input -> !input.startsWith("^")).count();
      int fed = inputs - function.getBoundInputsCount();
      for (int i = 0; i < function.getBoundInputsCount() && fed >= 0; i++) {
        int bound = function.getBoundInputs(i);
        Integer other = nodes.get(handleKeys.getOrDefault(node.getInput(fed + i), ""));
        if (other != null
            && other != bound
            && !captured.contains(other)
            && alike(model, bound, other)) {
          twins.put(other, bound);
        }
      }
    }
    return Collections.unmodifiableMap(twins);
  }

  private static boolean alike(SavedModelDirectory model, int bound, int other) {
    SavedVariable a = model.objects().getNodes(bound).getVariable();
    SavedVariable b = model.objects().getNodes(other).getVariable();
    return a.getDtype() == b.getDtype() && a.getShape().equals(b.getShape());
  }
}
