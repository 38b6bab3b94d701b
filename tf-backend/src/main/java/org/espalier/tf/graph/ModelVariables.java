package org.espalier.tf.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.ObjectPaths;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;

/** Lists the variables of a model as it stands in a file. */
public final class ModelVariables {
  private ModelVariables() {}

  /**
   * Lists each variable once, in order of its object-graph node.
   *
   * @param keys the checkpoint key of each variable, by object-graph node
   * @param blocks the model's blocks, when they are known
   */
  public static List<GraphVariable> list(
      SavedModelDirectory model, Map<Integer, String> keys, Optional<BlockStructure> blocks) {
    ObjectPaths paths = new ObjectPaths(model.objects());
    Map<Integer, Integer> twins = VariableTwins.find(model, keys);
    List<GraphVariable> variables = new ArrayList<>();
    for (int node : paths.variables()) {
      if (twins.containsKey(node)) {
        continue;
      }
      List<String> entries = new ArrayList<>();
      entries.add(key(model, keys, node));
      twins.forEach(
          (twin, bound) -> {
            if (bound == node) {
              entries.add(key(model, keys, twin));
            }
          });
      SavedVariable variable = model.objects().getNodes(node).getVariable();
      Optional<BlockStructure.Place> place = blocks.flatMap(structure -> structure.place(node));
      variables.add(
          new GraphVariable(
              node,
              paths.path(node).orElseThrow(),
              variable.getName(),
              entries,
              variable.getDtype(),
              variable.getShape(),
              variable.getTrainable(),
              place.map(p -> OptionalInt.of(p.block())).orElse(OptionalInt.empty()),
              place.map(p -> blocks.orElseThrow().members().get(p.member()).pattern()),
              Optional.empty()));
    }
    return List.copyOf(variables);
  }

  private static String key(SavedModelDirectory model, Map<Integer, String> keys, int node) {
    String key = keys.get(node);
    if (key == null) {
      throw new EspalierException(
          "%s stores no value for variable '%s'; export it again"
              .formatted(model.path(), model.objects().getNodes(node).getVariable().getName()));
    }
    return key;
  }
}
