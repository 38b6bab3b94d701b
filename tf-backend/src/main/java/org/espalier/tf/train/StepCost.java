package org.espalier.tf.train;

import java.util.Collection;
import java.util.List;
import org.tensorflow.Graph;

/**
 * Counts the FLOPs of a step. Where logits are made of the rows that count alone, of which each
 * step has another number, that number is set to the expected one.
 */
final class StepCost {
  private StepCost() {}

  /**
   * Counts a step.
   *
   * @param training the body in the graph that is trained
   * @param updates the nodes that the backward pass is for
   */
  static FlopCounter.Cost of(
      Graph graph, GraphAssembly.Body training, StepShape shape, Collection<String> updates) {
    LossNodes loss = training.loss();
    if (training.positions().isEmpty()) {
      return FlopCounter.count(graph, updates, loss.mean());
    }
    GraphEdit edit = new GraphEdit(graph.toGraphDef());
    for (String fed : List.of(training.positions().get(), loss.labels(), loss.weights())) {
      edit.node(fed).putAttr("shape", GraphEdit.shape(List.of(shape.chosen())));
    }
    try (Graph expected = new Graph()) {
      GraphAssembly.importInto(expected, edit.toGraphDef());
      return FlopCounter.count(expected, updates, loss.mean());
    }
  }
}
