package org.espalier.tf.train;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.NodeDef;

/**
 * Turns a forward function into nodes of a training graph: variables bound, shapes fixed, nothing
 * stateful left, nothing left that the logits don't need.
 */
final class BodyPreparation {
  private final VariableBinding binding;
  private final StepShape shape;

  /** A prepared body: its nodes, logits, and the placeholder of each input that the logits need. */
  record Prepared(GraphEdit graph, TensorRef logits, Map<InputRole, String> inputs) {}

  BodyPreparation(VariableBinding binding, StepShape shape) {
    this.binding = binding;
    this.shape = shape;
  }

  /**
   * Prepares a body.
   *
   * @param prefix put before the names of all its nodes but variables and the random counter
   * @param seed of random ops; empty for a body that should draw none
   * @throws EspalierException if the body changes variables or cannot be made stateless
   */
  Prepared prepare(ForwardFunction function, String prefix, OptionalLong seed) {
    GraphEdit graph = new GraphEdit(function.body());
    strip(graph);
    TensorRef logits = TensorRef.parse(function.logits());
    if (seed.isPresent()) {
      refuseAssignments(graph);
    }
    graph.dropControlInputs();
    logits = PassThroughRemoval.apply(graph, logits);
    graph.keepAncestorsOf(List.of(logits.node()));
    binding.apply(graph, function.handles());
    ErfcLowering.apply(graph);
    graph.keepAncestorsOf(List.of(logits.node()));
    StatelessRandom.apply(graph, seed.orElse(0));
    fixShapes(graph, function.inputs());
    Set<String> shared = new HashSet<>(binding.sharedNodes());
    shared.add(StatelessRandom.COUNTER);
    graph.prefix(prefix, shared);
    return new Prepared(
        graph,
        new TensorRef(prefix + logits.node(), logits.index()),
        inputs(graph, function, prefix));
  }

  private static Map<InputRole, String> inputs(
      GraphEdit graph, ForwardFunction function, String prefix) {
    Map<InputRole, String> kept = new EnumMap<>(InputRole.class);
    function
        .inputs()
        .forEach(
            (role, name) ->
                Optional.ofNullable(graph.node(prefix + name))
                    .ifPresent(node -> kept.put(role, node.getName())));
    return kept;
  }

  /** Internal attributes name nodes and shapes that need not hold in the new graph. */
  private static void strip(GraphEdit graph) {
    for (NodeDef.Builder node : graph.nodes()) {
      node.clearDevice().clearExperimentalDebugInfo().clearExperimentalType();
      List<String> internal =
          new ArrayList<>(
              node.getAttrMap().keySet().stream().filter(a -> a.startsWith("_")).toList());
      internal.forEach(node::removeAttr);
    }
  }

  private static void refuseAssignments(GraphEdit graph) {
    for (NodeDef.Builder node : graph.nodes()) {
      String op = node.getOp();
      if (op.startsWith("Assign")
          || op.startsWith("ResourceApply")
          || op.startsWith("ResourceScatter")) {
        throw new EspalierException(
            ("The forward function changes a variable itself (node '%s', %s), which would be lost;"
                    + " export a training function without such state")
                .formatted(node.getName(), op));
      }
    }
  }

  private void fixShapes(GraphEdit graph, Map<InputRole, String> inputs) {
    Set<String> names = Set.copyOf(inputs.values());
    for (NodeDef.Builder node : graph.nodesOf(Set.of("Placeholder"))) {
      if (names.contains(node.getName())) {
        node.putAttr("shape", GraphEdit.shape(shape.input()));
      } else if (!node.getName().equals(StatelessRandom.COUNTER)) {
        throw new EspalierException(
            "The forward function needs an input '%s' that training does not know; it feeds %s"
                .formatted(node.getName(), inputs.keySet()));
      }
    }
  }
}
