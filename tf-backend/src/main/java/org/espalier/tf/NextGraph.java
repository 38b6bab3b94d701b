package org.espalier.tf;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.espalier.api.ModelSpec;
import org.espalier.tf.graph.DepthRewriter;
import org.espalier.tf.graph.FunctionFate;
import org.espalier.tf.graph.ModelVariable;
import org.espalier.tf.graph.ModelVariables;
import org.espalier.tf.graph.RewrittenModel;
import org.espalier.tf.savedmodel.CheckpointGraph;
import org.tensorflow.proto.SavedModel;

/**
 * The graph of a next model.
 *
 * @param proto the content of {@code saved_model.pb}
 * @param checkpointGraph the value of the checkpoint's object graph
 * @param variables all variables of the next model; a parameter's name is the plan's
 * @param fates what became of each function, a line each; empty where the graph stays
 * @param rest the model that gives what is no parameter: assets, tables, counters; empty where
 *     there is nothing but parameters
 */
record NextGraph(
    SavedModel proto,
    ByteString checkpointGraph,
    List<ModelVariable> variables,
    List<String> fates,
    Optional<Model> rest) {

  /**
   * Makes the graph of {@code to}: a model's own with other blocks, or one that its family builds.
   */
  static NextGraph of(Model model, ModelSpec to) {
    ModelSpec from = model.spec();
    boolean sameSizes =
        to.dimensions().equals(from.dimensions()) && to.attributes().equals(from.attributes());
    if (!sameSizes) {
      return FamilyGraph.of(model, to);
    }
    return to.blocks() == from.blocks() ? unchanged(model) : resized(model, to.blocks());
  }

  private static NextGraph unchanged(Model model) {
    return new NextGraph(
        model.savedModel().proto(),
        ByteString.copyFrom(model.weights().readString(CheckpointGraph.KEY)),
        ModelVariables.list(model.savedModel(), model.checkpointKeys(), Optional.empty()),
        List.of(),
        Optional.of(model));
  }

  private static NextGraph resized(Model model, int count) {
    RewrittenModel next = DepthRewriter.rewrite(model.savedModel(), model.checkpointKeys(), count);
    return new NextGraph(
        next.proto(),
        next.checkpointGraph().toByteString(),
        next.variables(),
        Stream.concat(next.fates().stream().map(FunctionFate::toString), next.notes().stream())
            .toList(),
        Optional.of(model));
  }
}
