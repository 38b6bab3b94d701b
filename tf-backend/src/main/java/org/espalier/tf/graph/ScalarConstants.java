package org.espalier.tf.graph;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** Reads constants of one element out of functions. */
public final class ScalarConstants {
  private ScalarConstants() {}

  /** Returns the value of the first scalar constant with such a name. */
  public static OptionalDouble find(Collection<FunctionDef> functions, Pattern name) {
    for (FunctionDef function : functions) {
      for (NodeDef node : function.getNodeDefList()) {
        if (name.matcher(node.getName()).matches()) {
          OptionalDouble value = value(node);
          if (value.isPresent()) {
            return value;
          }
        }
      }
    }
    return OptionalDouble.empty();
  }

  /** Returns the value of a node; empty unless it is a constant of one integer or float. */
  public static OptionalDouble value(NodeDef node) {
    if (!node.getOp().equals("Const") || !node.containsAttr("value")) {
      return OptionalDouble.empty();
    }
    return value(node.getAttrOrThrow("value").getTensor());
  }

  private static OptionalDouble value(TensorProto scalar) {
    ByteBuffer content =
        scalar.getTensorContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int bytes = content.remaining();
    return switch (scalar.getDtype()) {
      case DT_INT32 -> {
        if (scalar.getIntValCount() == 1) {
          yield OptionalDouble.of(scalar.getIntVal(0));
        }
        yield bytes == Integer.BYTES ? OptionalDouble.of(content.getInt()) : OptionalDouble.empty();
      }
      case DT_FLOAT -> {
        if (scalar.getFloatValCount() == 1) {
          yield decimal(scalar.getFloatVal(0));
        }
        yield bytes == Float.BYTES ? decimal(content.getFloat()) : OptionalDouble.empty();
      }
      case DT_DOUBLE -> {
        if (scalar.getDoubleValCount() == 1) {
          yield OptionalDouble.of(scalar.getDoubleVal(0));
        }
        yield bytes == Double.BYTES
            ? OptionalDouble.of(content.getDouble())
            : OptionalDouble.empty();
      }
      default -> OptionalDouble.empty();
    };
  }

  /** The shortest number that gives this float: 1e-12, not 9.999999960041972e-13. */
  private static OptionalDouble decimal(float value) {
    return OptionalDouble.of(Double.parseDouble(Float.toString(value)));
  }
}
