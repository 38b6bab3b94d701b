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
 * @param variables all variables of the next model
 * @param fates what became of each function, a line each; empty where the graph stays
 */
record NextGraph(
    SavedModel proto,
    ByteString checkpointGraph,
    List<ModelVariable> variables,
    List<String> fates) {

  /** Makes the graph of {@code to} from that of a model. */
  static NextGraph of(Model model, ModelSpec to) {
    if (to.blocks() == model.spec().blocks()) {
      return new NextGraph(
          model.savedModel().proto(),
          ByteString.copyFrom(model.weights().readString(CheckpointGraph.KEY)),
          ModelVariables.list(model.savedModel(), model.checkpointKeys(), Optional.empty()),
          List.of());
    }
    RewrittenModel next =
        DepthRewriter.rewrite(model.savedModel(), model.checkpointKeys(), to.blocks());
    return new NextGraph(
        next.proto(),
        next.checkpointGraph().toByteString(),
        next.variables(),
        Stream.concat(next.fates().stream().map(FunctionFate::toString), next.notes().stream())
            .toList());
  }
}
