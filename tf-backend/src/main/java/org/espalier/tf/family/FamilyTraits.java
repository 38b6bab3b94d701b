package org.espalier.tf.family;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.espalier.api.ModelAttributes.Activation;
import org.espalier.tf.graph.ScalarConstants;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

/**
 * What the functions of a model of our own say that its variables do not.
 *
 * <p>Read from the names that our builder gives to nodes; Python keeps them when it saves a model
 * again.
 *
 * @param heads attention heads of a block
 * @param activation of the feed-forward layers
 * @param normEpsilon ε of the norms
 * @param dropout the rate in the training function; 0 if there is none
 */
record FamilyTraits(int heads, Activation activation, double normEpsilon, double dropout) {
  private static final String HEADS = "shapes/per_head/heads";
  private static final String EPSILON = "layer_0/ffn/norm/epsilon";
  private static final String ERF = "layer_0/ffn/activation/Erf";
  private static final String TANH = "layer_0/ffn/activation/Tanh";
  private static final String DROPOUT = "embeddings/dropout/GreaterEqual/y";

  /** Returns the traits, unless one is missing: then the model is not of our own. */
  static Optional<FamilyTraits> read(Collection<FunctionDef> functions) {
    Map<String, NodeDef> nodes = new HashMap<>();
    for (FunctionDef function : functions) {
      for (NodeDef node : function.getNodeDefList()) {
        nodes.put(withoutStack(node.getName()), node);
      }
    }
    OptionalDouble heads = number(nodes.get(HEADS));
    OptionalDouble epsilon = number(nodes.get(EPSILON));
    if (heads.isEmpty() || epsilon.isEmpty() || nodes.containsKey(ERF) == nodes.containsKey(TANH)) {
      return Optional.empty();
    }
    return Optional.of(
        new FamilyTraits(
            (int) heads.getAsDouble(),
            nodes.containsKey(ERF) ? Activation.GELU : Activation.GELU_TANH,
            epsilon.getAsDouble(),
            number(nodes.get(DROPOUT)).orElse(0.0)));
  }

  private static String withoutStack(String name) {
    for (Family family : Family.values()) {
      if (name.startsWith(family.stack() + "/")) {
        return name.substring(family.stack().length() + 1);
      }
    }
    return name;
  }

  private static OptionalDouble number(NodeDef constant) {
    return constant == null ? OptionalDouble.empty() : ScalarConstants.value(constant);
  }
}
