package org.espalier.tf.graph;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
import org.tensorflow.proto.TensorShapeProto;

/** Finds blocks that are one loop, whose weights are stacked along a first axis. */
final class StackedWeights {
  private static final Set<String> LOOPS = Set.of("While", "StatelessWhile");

  private final Map<Integer, SavedVariable> variables;
  private final Map<Integer, String> paths;

  /**
   * Prepares to look for them.
   *
   * @param variables by object-graph node
   * @param paths of the variables, for people
   */
  StackedWeights(Map<Integer, SavedVariable> variables, Map<Integer, String> paths) {
    this.variables = variables;
    this.paths = paths;
  }

  /** Says what the first such loop reads; empty where there is none. */
  Optional<String> describe(Iterable<SurveyedFunction> functions) {
    for (SurveyedFunction function : functions) {
      for (FlatNode node : function.flat().nodes().values()) {
        Optional<String> found =
            LOOPS.contains(node.op()) ? describe(function.flat(), node) : Optional.empty();
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> describe(FlatGraph graph, FlatNode loop) {
    Set<Integer> matrices = new TreeSet<>();
    for (FlatArgument argument : graph.arguments()) {
      OptionalInt node = argument.capture();
      if (node.isPresent() && reads(graph, loop, argument.name())) {
        SavedVariable variable = variables.get(node.getAsInt());
        if (variable != null && variable.getShape().getDimCount() > 1) {
          matrices.add(node.getAsInt());
        }
      }
    }
    Set<Long> sizes =
        matrices.stream()
            .map(node -> firstAxis(variables.get(node).getShape()))
            .collect(Collectors.toSet());
    if (matrices.size() < 2 || sizes.size() != 1 || sizes.contains(1L)) {
      return Optional.empty();
    }
    return Optional.of(
        "a loop reads %s, whose first axis is %d, so the blocks lie stacked in them and none is a variable of its own"
            .formatted(
                matrices.stream().map(paths::get).sorted().collect(Collectors.joining(", ")),
                sizes.iterator().next()));
  }

  /** Whether a loop takes a variable, or its value. */
  private static boolean reads(FlatGraph graph, FlatNode loop, String argument) {
    TensorRef handle = TensorRef.argument(argument);
    return loop.inputs().stream()
        .anyMatch(
            input -> {
              FlatNode source = graph.nodes().get(input.node());
              return input.equals(handle)
                  || (source != null
                      && source.op().equals("ReadVariableOp")
                      && source.inputs().contains(handle));
            });
  }

  private static long firstAxis(TensorShapeProto shape) {
    return shape.getDim(0).getSize();
  }
}
