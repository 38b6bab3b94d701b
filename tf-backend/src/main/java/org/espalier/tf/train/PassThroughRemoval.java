package org.espalier.tf.train;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.NodeDef;

/**
 * Takes out nodes that hand their input on unchanged.
 *
 * <p>TensorFlow's C++ library has no gradient for most of them, and none changes a value.
 */
final class PassThroughRemoval {
  private static final Set<String> OPS =
      Set.of(
          "Identity",
          "IdentityN",
          "EnsureShape",
          "PlaceholderWithDefault",
          "PreventGradient",
          "Snapshot",
          "CheckNumerics",
          "CheckNumericsV2");

  private PassThroughRemoval() {}

  /** Takes them out and returns what stands for {@code output} afterwards. */
  static TensorRef apply(GraphEdit graph, TensorRef output) {
    Map<TensorRef, TensorRef> uses = new HashMap<>();
    for (NodeDef.Builder node : graph.nodesOf(OPS)) {
      int outputs = node.getOp().equals("IdentityN") ? node.getInputCount() : 1;
      for (int i = 0; i < outputs; i++) {
        uses.put(new TensorRef(node.getName(), i), TensorRef.parse(node.getInput(i)));
      }
    }
    graph.redirect(uses);
    return GraphEdit.follow(uses, output);
  }
}
