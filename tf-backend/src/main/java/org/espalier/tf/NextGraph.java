package org.espalier.tf;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.graph.DepthRewriter;
import org.espalier.tf.graph.FunctionFate;
import org.espalier.tf.graph.ModelVariable;
import org.espalier.tf.graph.RewrittenModel;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.tensorflow.proto.SavedModel;

/**
 * The graph of a next model.
 *
 * @param proto the content of {@code saved_model.pb}
 * @param checkpointGraph the value of the checkpoint's object graph
 * @param targets all variables of the next model; a parameter's name is the plan's
 * @param spec what the next model's record says of it
 * @param fates what became of each function, a line each; empty where the graph stays
 * @param rest the model that gives what is no parameter: assets, tables, counters; empty where
 *     there is nothing but parameters
 */
record NextGraph(
    SavedModel proto,
    ByteString checkpointGraph,
    Variables targets,
    ModelSpec spec,
    List<String> fates,
    Optional<Model> rest) {

  /** Returns whether {@code to} is more than the model with another number of blocks. */
  static boolean changesSizes(Model model, ModelSpec to) {
    return !to.dimensions().equals(model.spec().dimensions())
        || !to.attributes().equals(model.spec().attributes());
  }

  /** Makes the graph of a model with {@code count} blocks from its own. */
  static NextGraph of(Model model, ModelSpec to) {
    return to.blocks() == model.spec().blocks() ? unchanged(model, to) : resized(model, to);
  }

  private static NextGraph unchanged(Model model, ModelSpec to) {
    return new NextGraph(
        model.savedModel().proto(),
        ByteString.copyFrom(model.weights().readString(CheckpointGraph.KEY)),
        model.variables(),
        to,
        List.of(),
        Optional.of(model));
  }

  private static NextGraph resized(Model model, ModelSpec to) {
    RewrittenModel next =
        DepthRewriter.rewrite(model.savedModel(), model.checkpointKeys(), to.blocks());
    Map<String, String> planned = plannedNames(model);
    Variables found = Variables.of(next.variables());
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    Map<String, ModelVariable> numbers = new LinkedHashMap<>();
    Map<String, String> patterns = new HashMap<>();
    found
        .parameters()
        .forEach(
            (name, parameter) -> {
              ModelVariable variable = found.numbers().get(name);
              String plan =
                  parameter.inBlocks()
                      ? name
                      : variable.previousKey().map(planned::get).orElse(name);
              parameters.put(plan, parameter);
              numbers.put(plan, variable);
              patterns.put(plan, parameter.pattern());
            });
    return new NextGraph(
        next.proto(),
        next.checkpointGraph().toByteString(),
        new Variables(parameters, numbers, found.others()),
        renamed(to, patterns),
        Stream.concat(next.fates().stream().map(FunctionFate::toString), next.notes().stream())
            .toList(),
        Optional.of(model));
  }

  /** The name of each parameter by the checkpoint keys of its value. */
  private static Map<String, String> plannedNames(Model model) {
    Map<String, String> names = new HashMap<>();
    model
        .variables()
        .numbers()
        .forEach((name, variable) -> variable.keys().forEach(key -> names.put(key, name)));
    return names;
  }

  /** Object paths that are numbers, as Keras gives them, shift when blocks come before them. */
  private static ModelSpec renamed(ModelSpec to, Map<String, String> patterns) {
    List<Parameter> parameters =
        to.parameters().stream()
            .map(
                p ->
                    new Parameter(
                        p.inBlocks() ? p.pattern() : patterns.getOrDefault(p.name(), p.pattern()),
                        p.block(),
                        p.role(),
                        p.dtype(),
                        p.shape(),
                        p.axes(),
                        p.trainable()))
            .toList();
    return new ModelSpec(to.family(), to.blocks(), to.dimensions(), parameters, to.attributes());
  }
}
