package org.espalier.tf.train;

import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Cross-entropy of logits, averaged with a weight per row.
 *
 * <p>The gradients of the mean are nodes too, so no gradient of the loss op is needed (TensorFlow's
 * C++ library has none): of a linear head those of {@link HeadGradients}, of any other the loss
 * op's second output times weight over sum of weights.
 *
 * @param labels placeholder, int32, [rows]
 * @param weights placeholder, float32, [rows]
 * @param weightedSum sum of weight × cross-entropy
 * @param weightSum sum of weights
 * @param mean their quotient, 0 where all weights are 0
 * @param weightedCorrect sum of weight where the label has the largest logit; of an evaluation
 * @param gradients gradient of the mean by each tensor that the backward pass starts from
 */
record LossNodes(
    String labels,
    String weights,
    String weightedSum,
    String weightSum,
    String mean,
    Optional<String> weightedCorrect,
    Map<TensorRef, String> gradients) {

  /** Adds the loss alone. */
  static LossNodes forEvaluation(GraphEdit graph, String prefix, Logits logits) {
    return new Builder(graph, prefix, logits).evaluation();
  }

  /** Adds the loss and its gradients, by the inputs of {@code head} where there is one. */
  static LossNodes forTraining(
      GraphEdit graph, String prefix, Logits logits, Optional<LinearHead> head) {
    return new Builder(graph, prefix, logits).training(head);
  }

  private static final class Builder {
    private final LossGraph nodes;
    private final Logits logits;

    Builder(GraphEdit graph, String prefix, Logits logits) {
      this.nodes = new LossGraph(graph, prefix + "loss/", logits.dtype());
      this.logits = logits;
    }

    LossNodes evaluation() {
      Weights weights = weights();
      String flat = flatLogits();
      String correct = weightedSum("correct", correct(flat, weights.labels()), weights);
      return nodes(weights, crossEntropy(flat, weights.labels()), Optional.of(correct), Map.of());
    }

    LossNodes training(Optional<LinearHead> head) {
      Weights weights = weights();
      if (head.isPresent()) {
        HeadGradients linear = new HeadGradients(nodes, logits, head.get(), weights.labels());
        String crossEntropy = linear.crossEntropy();
        return nodes(weights, crossEntropy, Optional.empty(), linear.gradients(weights.share()));
      }
      String crossEntropy = crossEntropy(flatLogits(), weights.labels());
      return nodes(
          weights,
          crossEntropy,
          Optional.empty(),
          Map.of(logits.tensor(), logitsGradient(crossEntropy, weights.share())));
    }

    private record Weights(String labels, String fed, String cast, String sum, String share) {}

    private Weights weights() {
      String labels = nodes.placeholder("labels", DataType.DT_INT32, logits.rows());
      String fed = nodes.placeholder("weights", DataType.DT_FLOAT, logits.rows());
      String cast = nodes.cast("cast_weights", fed, DataType.DT_FLOAT);
      String sum = nodes.sum("weight_sum", cast);
      String share = nodes.typed("DivNoNan", "share", cast, sum).getName();
      return new Weights(labels, fed, cast, sum, share);
    }

    private LossNodes nodes(
        Weights weights,
        String crossEntropy,
        Optional<String> weightedCorrect,
        Map<TensorRef, String> gradients) {
      String weightedSum = weightedSum("weighted", crossEntropy, weights);
      String mean = nodes.typed("DivNoNan", "mean", weightedSum, weights.sum()).getName();
      return new LossNodes(
          weights.labels(),
          weights.fed(),
          weightedSum,
          weights.sum(),
          mean,
          weightedCorrect,
          gradients);
    }

    private String weightedSum(String name, String rows, Weights weights) {
      return nodes.sum(name + "_sum", nodes.typed("Mul", name, rows, weights.cast()).getName());
    }

    private String flatLogits() {
      return nodes.reshape(
          "flat_logits", logits.tensor().toString(), logits.rows(), logits.classes());
    }

    private String correct(String flat, String labels) {
      NodeDef.Builder largest = nodes.typed("ArgMax", "largest", flat, nodes.axis("largest", 1));
      largest.putAttr("Tidx", GraphEdit.type(DataType.DT_INT32));
      largest.putAttr("output_type", GraphEdit.type(DataType.DT_INT32));
      NodeDef.Builder equal = nodes.node("Equal", "is_label", largest.getName(), labels);
      equal.putAttr("T", GraphEdit.type(DataType.DT_INT32));
      return nodes.cast("is_label/cast", equal.getName(), DataType.DT_BOOL);
    }

    private String crossEntropy(String flat, String labels) {
      NodeDef.Builder loss =
          nodes.typed("SparseSoftmaxCrossEntropyWithLogits", "cross_entropy", flat, labels);
      return loss.putAttr("Tlabels", GraphEdit.type(DataType.DT_INT32)).getName();
    }

    private String logitsGradient(String crossEntropy, String share) {
      String column = nodes.reshape("share_column", share, logits.rows(), 1L);
      String flat = nodes.typed("Mul", "flat_gradient", crossEntropy + ":1", column).getName();
      return nodes.reshape("logits_gradient", flat, logits.shape());
    }
  }
}
