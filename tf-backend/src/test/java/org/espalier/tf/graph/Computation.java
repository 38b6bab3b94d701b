package org.espalier.tf.graph;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.espalier.tf.savedmodel.ObjectPaths;
import org.espalier.tf.savedmodel.SavedModelDirectory;

/** What a flat graph computes, whatever its nodes are called: a digest of each result's formula. */
final class Computation {
  private Computation() {}

  static Map<String, String> of(FlatGraph graph, SavedModelDirectory model) {
    ObjectPaths paths = new ObjectPaths(model.objects());
    Map<String, String> formulas = new HashMap<>();
    for (FlatArgument argument : graph.arguments()) {
      formulas.put(
          argument.name(),
          argument.capture().isPresent()
              ? paths.path(argument.capture().getAsInt()).orElseThrow()
              : "fed:" + argument.name());
    }
    Set<String> live = graph.live();
    for (FlatNode node : graph.nodes().values()) {
      if (live.contains(node.name())) {
        formulas.put(node.name(), digest(formula(node, formulas)));
      }
    }
    Map<String, String> results = new TreeMap<>();
    graph
        .outputs()
        .forEach(output -> results.put(output.name(), tensor(output.source(), formulas)));
    return results;
  }

  private static String formula(FlatNode node, Map<String, String> formulas) {
    List<String> parts = new ArrayList<>(List.of(node.op()));
    node.inputs().forEach(input -> parts.add(tensor(input, formulas)));
    Map<String, String> attrs = new TreeMap<>();
    node.attrs()
        .forEach(
            (name, value) -> {
              if (!name.startsWith("_") && !Seeds.isSeedAttr(node, name)) {
                attrs.put(name, value.toString());
              }
            });
    return parts.toString() + attrs;
  }

  private static String tensor(TensorRef tensor, Map<String, String> formulas) {
    return formulas.get(tensor.node()) + ":" + tensor.output() + ":" + tensor.index();
  }

  private static String digest(String formula) {
    return Hashing.sha256().hashString(formula, StandardCharsets.UTF_8).toString();
  }
}
