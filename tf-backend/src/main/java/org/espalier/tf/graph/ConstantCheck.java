package org.espalier.tf.graph;

import java.util.OptionalInt;
import org.espalier.tf.bundle.ElementSize;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Checks that the values of a constant are those of its shape. */
final class ConstantCheck {
  /**
   * Elements of a constant that is written shorter than it is: the last value stands for all that
   * follow. No mask or table of positions that a real model holds comes near.
   */
  private static final long MOST_REPEATED = 1L << 26;

  private ConstantCheck() {}

  /**
   * Checks a node of op {@code Const}.
   *
   * @throws MalformedNodeException if its values do not fit its type and shape
   */
  static void check(NodeDef node) {
    TensorProto tensor = node.getAttrOrDefault("value", AttrValue.getDefaultInstance()).getTensor();
    DataType type = node.getAttrOrDefault("dtype", AttrValue.getDefaultInstance()).getType();
    if (tensor.getDtype() != type) {
      throw new MalformedNodeException(
          "is of type %s and holds values of %s".formatted(type, tensor.getDtype()));
    }
    long elements = 1;
    for (TensorShapeProto.Dim dim : tensor.getTensorShape().getDimList()) {
      if (dim.getSize() < 0 || (elements > 0 && dim.getSize() > Long.MAX_VALUE / elements)) {
        throw new MalformedNodeException("is a constant of an impossible shape");
      }
      elements *= dim.getSize();
    }
    int bytes = tensor.getTensorContent().size();
    OptionalInt size = bytes == 0 ? OptionalInt.empty() : ElementSize.of(type);
    if (size.isPresent() && bytes / size.getAsInt() != elements) {
      throw new MalformedNodeException(
          "is a constant of %d elements with the bytes of %d"
              .formatted(elements, bytes / size.getAsInt()));
    }
    if (bytes == 0 && elements > MOST_REPEATED) {
      throw new MalformedNodeException(
          "is a constant of %d elements that the file does not hold".formatted(elements));
    }
  }
}
