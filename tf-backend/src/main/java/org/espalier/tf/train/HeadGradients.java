package org.espalier.tf.train;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * Cross-entropy of a linear head and its gradients, in few passes over the logits.
 *
 * <p>With P = softmax(logits), one-hot labels Y and a share s per row, of which the loss is the
 * mean, and logits = X·Eᵀ + b:
 *
 * <pre>
 *   loss of row i = −log P[i, label i]
 *   ∂X = s ∘ ((P − Y)·E)     ∂E = (P − Y)ᵀ·(s ∘ X)     ∂b = (P − Y)ᵀ·s
 * </pre>
 *
 * <p>P − Y is made in place, after the loss has read P, and the shares go to the narrow side, so
 * the logits are written once by their product, read and written once by softmax, and read by the
 * three products. ∂E is computed as the transpose of (s ∘ X)ᵀ·(P − Y), which TensorFlow's kernels
 * do in half the time.
 */
final class HeadGradients {
  /** Added to a probability before its logarithm, so that one that underflowed stays finite. */
  private static final double TINY = Float.MIN_NORMAL;

  private final LossGraph nodes;
  private final Logits logits;
  private final LinearHead head;
  private final String flatIndex;
  private final String probabilities;
  private final String picked;

  /**
   * Adds softmax and what it gives at the labels.
   *
   * @param labels int32, [rows]
   */
  HeadGradients(LossGraph nodes, Logits logits, LinearHead head, String labels) {
    this.nodes = nodes;
    this.logits = logits;
    this.head = head;
    NodeDef.Builder index = nodes.node("AddV2", "flat_index", rowStarts(labels), labels);
    this.flatIndex = index.putAttr("T", GraphEdit.type(DataType.DT_INT32)).getName();
    String flat =
        nodes.reshape("flat_logits", logits.tensor().toString(), logits.rows(), logits.classes());
    String softmax = nodes.typed("Softmax", "probabilities", flat).getName();
    this.probabilities = nodes.reshape("flat_probabilities", softmax, -1, 1);
    this.picked = picked();
  }

  /** Whether a head's elements can be counted by the 32 bit integers that index them. */
  static boolean canIndex(long rows, long classes) {
    return rows * classes <= Integer.MAX_VALUE;
  }

  /** 0, classes, 2 · classes and so on, for each row. */
  private String rowStarts(String labels) {
    NodeDef.Builder size = nodes.node("Size", "row_count", labels);
    size.putAttr("T", GraphEdit.type(DataType.DT_INT32));
    size.putAttr("out_type", GraphEdit.type(DataType.DT_INT32));
    String classes = integer("classes", Math.toIntExact(logits.classes()));
    NodeDef.Builder end = nodes.node("Mul", "row_end", size.getName(), classes);
    end.putAttr("T", GraphEdit.type(DataType.DT_INT32));
    NodeDef.Builder starts =
        nodes.node("Range", "row_starts", integer("row_start", 0), end.getName(), classes);
    return starts.putAttr("Tidx", GraphEdit.type(DataType.DT_INT32)).getName();
  }

  private String integer(String name, int value) {
    return nodes.constant(
        name, TensorProto.newBuilder().setDtype(DataType.DT_INT32).addIntVal(value));
  }

  private String picked() {
    NodeDef.Builder gather =
        nodes.node("GatherV2", "picked", probabilities, flatIndex, integer("picked/axis", 0));
    gather.putAttr("Tparams", GraphEdit.type(logits.dtype()));
    gather.putAttr("Tindices", GraphEdit.type(DataType.DT_INT32));
    return gather.putAttr("Taxis", GraphEdit.type(DataType.DT_INT32)).getName();
  }

  /** Returns the cross-entropy of each row, [rows]. */
  String crossEntropy() {
    String flat = nodes.reshape("picked_rows", picked, logits.rows());
    String above = nodes.typed("AddV2", "above_zero", flat, nodes.filled("tiny", TINY)).getName();
    String log = nodes.typed("Log", "log_picked", above).getName();
    return nodes.typed("Neg", "cross_entropy", log).getName();
  }

  /**
   * Adds the gradients.
   *
   * @param share of each row in the loss, [rows]
   * @return gradient of the loss by the head's inputs
   */
  Map<TensorRef, String> gradients(String share) {
    long rows = logits.rows();
    String shareOfLogits = nodes.reshape("share_column", share, rows, 1);
    String errorOfLogits = nodes.reshape("error", error(shareOfLogits), rows, logits.classes());
    LossGraph products = nodes.of(head.dtype());
    String error = products.cast("error_of_head", errorOfLogits, logits.dtype());
    String column = products.cast("share_of_head", shareOfLogits, logits.dtype());
    Map<TensorRef, String> gradients = new LinkedHashMap<>();

    String table = head.table().toString();
    String back = products.matMul("back", error, table, false, !head.rowsAreTokens());
    String hiddenGradient = products.typed("Mul", "flat_hidden_gradient", back, column).getName();
    gradients.put(
        start("hidden", head.hidden()),
        products.reshape("hidden_gradient", hiddenGradient, head.hiddenShape().asArray()));

    String hidden = products.reshape("flat_hidden", head.hidden().toString(), rows, head.width());
    String shared = products.typed("Mul", "shared_hidden", hidden, column).getName();
    String wide = products.matMul("wide_table_gradient", shared, error, true, false);
    gradients.put(
        start("table", head.table()),
        head.rowsAreTokens() ? products.transpose("table_gradient", wide) : wide);

    Optional<TensorRef> bias = head.bias();
    if (bias.isPresent()) {
      String row = products.reshape("share_row", column, 1, rows);
      String sum = products.matMul("bias_sum", row, error, false, false);
      gradients.put(
          start("bias", bias.get()), products.reshape("bias_gradient", sum, logits.classes()));
    }
    return gradients;
  }

  /**
   * A node beside the head for the backward pass to start from. Starting from the tensor itself
   * would lose a gradient: TensorFlow ignores what is given for a tensor that is also asked for.
   */
  private TensorRef start(String name, TensorRef tensor) {
    return new TensorRef(
        nodes.of(head.dtype()).typed("Identity", "from_" + name, tensor.toString()).getName(), 0);
  }

  /** P − Y, in the memory of P: InplaceSub aliases its input, which nobody reads afterwards. */
  private String error(String column) {
    String ones = nodes.typed("OnesLike", "ones", column).getName();
    NodeDef.Builder error = nodes.typed("InplaceSub", "flat_error", probabilities, flatIndex, ones);
    return error.addInput("^" + picked).getName();
  }
}
