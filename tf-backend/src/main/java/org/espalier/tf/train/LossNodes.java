package org.espalier.tf.train;

import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Cross-entropy of token logits, averaged with a weight per position.
 *
 * <p>The gradients of the mean are nodes too, so no gradient of the loss op is needed (TensorFlow's
 * C++ library has none): of a linear head those of {@link HeadGradients}, of any other the loss
 * op's second output times weight over sum of weights.
 *
 * @param labels placeholder, int32, [batch · sequence]
 * @param weights placeholder, float32, [batch · sequence]
 * @param weightedSum sum of weight × cross-entropy
 * @param weightSum sum of weights
 * @param mean their quotient, 0 where all weights are 0
 * @param gradients gradient of the mean by each tensor that the backward pass starts from
 */
record LossNodes(
    String labels,
    String weights,
    String weightedSum,
    String weightSum,
    String mean,
    Map<TensorRef, String> gradients) {

  /** Adds the loss alone. */
  static LossNodes forEvaluation(GraphEdit graph, String prefix, Logits logits) {
    return new Builder(graph, prefix, logits).build(Optional.empty());
  }

  /** Adds the loss and its gradients, by the inputs of {@code head} where there is one. */
  static LossNodes forTraining(
      GraphEdit graph, String prefix, Logits logits, Optional<LinearHead> head) {
    return new Builder(graph, prefix, logits)
        .build(head.filter(h -> HeadGradients.canIndex(logits)));
  }

  private static final class Builder {
    private final LossGraph nodes;
    private final Logits logits;

    Builder(GraphEdit graph, String prefix, Logits logits) {
      this.nodes = new LossGraph(graph, prefix + "loss/", logits.dtype());
      this.logits = logits;
    }

    LossNodes build(Optional<LinearHead> head) {
      String labels = nodes.placeholder("labels", DataType.DT_INT32, logits.rows());
      String fedWeights = nodes.placeholder("weights", DataType.DT_FLOAT, logits.rows());
      String weights = nodes.cast("cast_weights", fedWeights, DataType.DT_FLOAT);
      String weightSum = nodes.sum("weight_sum", weights);
      String share = nodes.typed("DivNoNan", "share", weights, weightSum).getName();

      String crossEntropy;
      Map<TensorRef, String> gradients;
      if (head.isPresent()) {
        HeadGradients linear = new HeadGradients(nodes, logits, head.get(), labels);
        crossEntropy = linear.crossEntropy();
        gradients = linear.gradients(share);
      } else {
        crossEntropy = crossEntropy(labels);
        gradients = Map.of(logits.tensor(), logitsGradient(crossEntropy, share));
      }
      String weighted = nodes.typed("Mul", "weighted", crossEntropy, weights).getName();
      String weightedSum = nodes.sum("weighted_sum", weighted);
      String mean = nodes.typed("DivNoNan", "mean", weightedSum, weightSum).getName();
      return new LossNodes(labels, fedWeights, weightedSum, weightSum, mean, gradients);
    }

    private String crossEntropy(String labels) {
      String flat =
          nodes.reshape(
              "flat_logits", logits.tensor().toString(), logits.rows(), logits.vocabulary());
      NodeDef.Builder loss =
          nodes.typed("SparseSoftmaxCrossEntropyWithLogits", "cross_entropy", flat, labels);
      return loss.putAttr("Tlabels", GraphEdit.type(DataType.DT_INT32)).getName();
    }

    private String logitsGradient(String crossEntropy, String share) {
      String column = nodes.reshape("share_column", share, logits.rows(), 1L);
      String flat = nodes.typed("Mul", "flat_gradient", crossEntropy + ":1", column).getName();
      return nodes.reshape(
          "logits_gradient", flat, logits.batch(), logits.sequence(), logits.vocabulary());
    }
  }
}
