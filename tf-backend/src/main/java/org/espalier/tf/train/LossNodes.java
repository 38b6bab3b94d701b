package org.espalier.tf.train;

import java.util.List;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Cross-entropy of token logits, averaged with a weight per position.
 *
 * <p>The loss op's second output is its gradient; times weight over sum of weights it is the
 * gradient of the mean, so no gradient of the loss op is needed (TensorFlow's C++ library has
 * none).
 *
 * @param labels placeholder, int32, [batch · sequence]
 * @param weights placeholder, float32, [batch · sequence]
 * @param weightedSum sum of weight × cross-entropy
 * @param weightSum sum of weights
 * @param mean their quotient, 0 where all weights are 0
 * @param logitsGradient gradient of the mean by the logits, of the logits' shape
 */
record LossNodes(
    String labels,
    String weights,
    String weightedSum,
    String weightSum,
    String mean,
    String logitsGradient) {

  static LossNodes add(GraphEdit graph, String prefix, Logits logits) {
    return new Builder(graph, prefix, logits).build();
  }

  private record Builder(GraphEdit graph, String prefix, Logits logits) {
    LossNodes build() {
      long rows = logits.rows();
      String labels = placeholder("labels", DataType.DT_INT32, rows);
      String fedWeights = placeholder("weights", DataType.DT_FLOAT, rows);
      NodeDef.Builder cast = node("Cast", "cast_weights", fedWeights);
      cast.putAttr("SrcT", GraphEdit.type(DataType.DT_FLOAT));
      cast.putAttr("DstT", GraphEdit.type(logits.dtype()));
      String weights = cast.getName();

      String flat = reshape("flat_logits", logits.tensor().toString(), rows, logits.vocabulary());
      NodeDef.Builder loss =
          typed("SparseSoftmaxCrossEntropyWithLogits", "cross_entropy", flat, labels);
      loss.putAttr("Tlabels", GraphEdit.type(DataType.DT_INT32));
      String weighted = typed("Mul", "weighted", loss.getName(), weights).getName();
      String weightedSum = sum("weighted_sum", weighted);
      String weightSum = sum("weight_sum", weights);
      String mean = typed("DivNoNan", "mean", weightedSum, weightSum).getName();

      String share = typed("DivNoNan", "share", weights, weightSum).getName();
      String column = reshape("share_column", share, rows, 1L);
      String flatGradient = typed("Mul", "flat_gradient", loss.getName() + ":1", column).getName();
      String gradient =
          reshape(
              "logits_gradient",
              flatGradient,
              logits.batch(),
              logits.sequence(),
              logits.vocabulary());
      return new LossNodes(labels, fedWeights, weightedSum, weightSum, mean, gradient);
    }

    private NodeDef.Builder node(String op, String name, String... inputs) {
      return graph.add(op, prefix + "loss/" + name, inputs);
    }

    private NodeDef.Builder typed(String op, String name, String... inputs) {
      return node(op, name, inputs).putAttr("T", GraphEdit.type(logits.dtype()));
    }

    private String placeholder(String name, DataType type, long rows) {
      NodeDef.Builder node = node("Placeholder", name);
      node.putAttr("dtype", GraphEdit.type(type));
      return node.putAttr("shape", GraphEdit.shape(List.of(rows))).getName();
    }

    private String reshape(String name, String tensor, Long... sizes) {
      TensorProto.Builder shape = TensorProto.newBuilder().setDtype(DataType.DT_INT64);
      List.of(sizes).forEach(shape::addInt64Val);
      String sizesNode =
          graph.constant(prefix + "loss/" + name + "/shape", shape, List.of((long) sizes.length));
      NodeDef.Builder node = typed("Reshape", name, tensor, sizesNode);
      return node.putAttr("Tshape", GraphEdit.type(DataType.DT_INT64)).getName();
    }

    private String sum(String name, String vector) {
      String axis =
          graph.constant(
              prefix + "loss/" + name + "/axis",
              TensorProto.newBuilder().setDtype(DataType.DT_INT32).addIntVal(0),
              List.of(1L));
      NodeDef.Builder node = typed("Sum", name, vector, axis);
      return node.putAttr("Tidx", GraphEdit.type(DataType.DT_INT32)).getName();
    }
  }
}
