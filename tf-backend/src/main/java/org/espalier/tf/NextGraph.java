package org.espalier.tf;

import com.google.protobuf.ByteString;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.tf.graph.DepthRewriter;
import org.espalier.tf.graph.FunctionFate;
import org.espalier.tf.graph.GraphVariable;
import org.espalier.tf.graph.RewrittenModel;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.espalier.tf.savedmodel.GraphFile;

/**
 * The graph of a next model.
 *
 * @param file the content of {@code saved_model.pb}
 * @param checkpointGraph the value of the checkpoint's object graph
 * @param targets all variables of the next model; a parameter's name is the plan's
 * @param spec what the next model's record says of it
 * @param fates what became of each function, a line each; empty where the graph stays
 * @param rest the model that gives what is no parameter: assets, tables, counters; empty where
 *     there is nothing but parameters
 * @param builtWith the dropout rate of the training function, if our builder made the graph for the
 *     plan's next spec
 */
record NextGraph(
    GraphFile file,
    ByteString checkpointGraph,
    Variables targets,
    ModelSpec spec,
    List<String> fates,
    Optional<Model> rest,
    OptionalDouble builtWith) {

  /** Returns whether {@code to} is more than the model with another number of blocks. */
  static boolean changesSizes(Model model, ModelSpec to) {
    return !to.dimensions().equals(model.spec().dimensions())
        || !to.attributes().equals(model.spec().attributes());
  }

  /** Makes the graph of a model for a spec that differs at most in the number of blocks. */
  static NextGraph of(Model model, ModelSpec to) {
    if (to.blocks() == model.spec().blocks()) {
      return unchanged(model, to);
    }
    return FamilyGraph.anew(model, to).orElseGet(() -> resized(model, to));
  }

  private static NextGraph unchanged(Model model, ModelSpec to) {
    return new NextGraph(
        GraphFile.copied(model.directory()),
        ByteString.copyFrom(model.weights().readString(CheckpointGraph.KEY)),
        model.variables(),
        to,
        List.of(),
        Optional.of(model),
        model
            .built()
            .map(built -> OptionalDouble.of(built.dropout()))
            .orElse(OptionalDouble.empty()));
  }

  private static NextGraph resized(Model model, ModelSpec to) {
    RewrittenModel next =
        DepthRewriter.rewrite(model.savedModel(), model.checkpointKeys(), to.blocks());
    Map<String, String> planned = plannedNames(model);
    Map<String, Parameter> parameters = new LinkedHashMap<>();
    Map<String, List<String>> keys = new LinkedHashMap<>();
    Map<String, String> patterns = new HashMap<>();
    Variables found = Variables.of(next.variables());
    Map<String, GraphVariable> named = Variables.named(next.variables());
    found
        .parameters()
        .forEach(
            (name, parameter) -> {
              String plan =
                  parameter.inBlocks()
                      ? name
                      : named.get(name).previousKey().map(planned::get).orElse(name);
              parameters.put(plan, parameter);
              keys.put(plan, found.keys(name));
              patterns.put(plan, parameter.pattern());
            });
    return new NextGraph(
        GraphFile.replacing(model.savedModel(), next.proto()),
        next.checkpointGraph().toByteString(),
        new Variables(parameters, keys, found.others()),
        renamed(to, patterns),
        Stream.concat(next.fates().stream().map(FunctionFate::toString), next.notes().stream())
            .toList(),
        Optional.of(model),
        OptionalDouble.empty());
  }

  /** The name of each parameter by the checkpoint keys of its value. */
  private static Map<String, String> plannedNames(Model model) {
    Map<String, String> names = new HashMap<>();
    model.variables().keys().forEach((name, keys) -> keys.forEach(key -> names.put(key, name)));
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
