package org.espalier.tf.family;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.espalier.api.ModelAttributes.Activation;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

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
    Optional<Double> heads = number(nodes.get(HEADS));
    Optional<Double> epsilon = number(nodes.get(EPSILON));
    if (heads.isEmpty() || epsilon.isEmpty() || nodes.containsKey(ERF) == nodes.containsKey(TANH)) {
      return Optional.empty();
    }
    return Optional.of(
        new FamilyTraits(
            heads.get().intValue(),
            nodes.containsKey(ERF) ? Activation.GELU : Activation.GELU_TANH,
            epsilon.get(),
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

  private static Optional<Double> number(NodeDef constant) {
    if (constant == null || !constant.getOp().equals("Const")) {
      return Optional.empty();
    }
    AttrValue value = constant.getAttrMap().get("value");
    return value == null ? Optional.empty() : number(value.getTensor());
  }

  private static Optional<Double> number(TensorProto scalar) {
    ByteBuffer content =
        scalar.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    Double value =
        switch (scalar.getDtype()) {
          case DT_INT32 -> {
            if (scalar.getIntValCount() == 1) {
              yield (double) scalar.getIntVal(0);
            }
            yield content.remaining() == Integer.BYTES ? (double) content.getInt() : null;
          }
          case DT_FLOAT -> {
            if (scalar.getFloatValCount() == 1) {
              yield decimal(scalar.getFloatVal(0));
            }
            yield content.remaining() == Float.BYTES ? decimal(content.getFloat()) : null;
          }
          case DT_DOUBLE -> {
            if (scalar.getDoubleValCount() == 1) {
              yield scalar.getDoubleVal(0);
            }
            yield content.remaining() == Double.BYTES ? content.getDouble() : null;
          }
          default -> null;
        };
    return Optional.ofNullable(value);
  }

  /** The shortest number that gives this float: 1e-12, not 9.999999960041972e-13. */
  private static Double decimal(float value) {
    return Double.valueOf(Float.toString(value));
  }
}
