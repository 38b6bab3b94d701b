package org.espalier.tf.graph;

import java.util.List;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * A model with another number of blocks, without its weights.
 *
 * @param proto the content of {@code saved_model.pb}
 * @param checkpointGraph the value of the bundle's entry {@code _CHECKPOINTABLE_OBJECT_GRAPH}
 * @param blocks the blocks; nodes are those of the new object graph
 * @param variables every variable that the bundle must hold
 * @param fates what became of each concrete function
 * @param notes what else a user should know, one sentence each
 */
public record RewrittenModel(
    SavedModel proto,
    TrackableObjectGraph checkpointGraph,
    BlockStructure blocks,
    List<GraphVariable> variables,
    List<FunctionFate> fates,
    List<String> notes) {

  /** Copies the lists. */
  public RewrittenModel {
    variables = List.copyOf(variables);
    fates = List.copyOf(fates);
    notes = List.copyOf(notes);
  }
}
