package org.espalier.tf;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.tf.graph.EmittedGraph;
import org.espalier.tf.graph.Flattener;
import org.espalier.tf.graph.GraphEmitter;
import org.espalier.tf.graph.LookedUpTables;
import org.espalier.tf.savedmodel.SavedModelDirectory;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SignatureDef;

/** Which rows of the model's variables the inputs of a signature may choose. */
final class SignatureTables {
  private final SavedModelDirectory model;

  SignatureTables(SavedModelDirectory model) {
    this.model = model;
  }

  /** Returns the rows that an input chooses from, by its name; as far as that can be told. */
  Map<String, Long> rows(SignatureDef signature) {
    Map<String, Long> byPlaceholder = new TreeMap<>();
    for (NodeDef node : model.metaGraph().getGraphDef().getNodeList()) {
      String function =
          node.getAttrOrDefault("f", AttrValue.getDefaultInstance()).getFunc().getName();
      boolean called =
          signature.getOutputsMap().values().stream()
              .anyMatch(output -> nodeOf(output.getName()).equals(node.getName()));
      if (called && model.functions().containsKey(function)) {
        byArgument(function)
            .forEach(
                (argument, rows) ->
                    byPlaceholder.merge(nodeOf(node.getInput(argument)), rows, Math::min));
      }
    }
    Map<String, Long> byName = new TreeMap<>();
    signature
        .getInputsMap()
        .forEach(
            (name, input) -> {
              Long rows = byPlaceholder.get(nodeOf(input.getName()));
              if (rows != null) {
                byName.put(name, rows);
              }
            });
    return byName;
  }

  private Map<Integer, Long> byArgument(String function) {
    Map<Integer, Long> rows = new TreeMap<>();
    try {
      EmittedGraph body = new GraphEmitter(model).emit(new Flattener(model).flatten(function));
      Map<String, Long> tables = LookedUpTables.rows(body.graph());
      // What is fed stands before what is captured, so places here are places in the call.
      List<String> placeholders = new ArrayList<>(body.placeholders().values());
      for (int i = 0; i < placeholders.size(); i++) {
        if (tables.containsKey(placeholders.get(i))) {
          rows.put(i, tables.get(placeholders.get(i)));
        }
      }
    } catch (EspalierException unclear) {
      // A function that holds more than variables and constants can run all the same.
      return Map.of();
    }
    return rows;
  }

  private static String nodeOf(String tensor) {
    return tensor.replaceFirst(":\\d+$", "");
  }
}
