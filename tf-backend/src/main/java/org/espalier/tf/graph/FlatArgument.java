package org.espalier.tf.graph;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * An argument of a flat graph: fed by the caller, or captured.
 *
 * @param definition name, dtype and, for a resource, the dtype and shape behind the handle
 * @param attrs the argument's attributes, such as {@code _output_shapes}
 * @param shape the static shape, when the file states one
 * @param capture the object-graph node that the argument is bound to; empty when the caller feeds
 *     it
 */
public record FlatArgument(
    OpDef.ArgDef definition,
    Map<String, AttrValue> attrs,
    Optional<TensorShapeProto> shape,
    OptionalInt capture) {

  /** Copies the attributes. */
  public FlatArgument {
    attrs = Map.copyOf(attrs);
  }

  /** Unique among the nodes and arguments of the graph. */
  public String name() {
    return definition.getName();
  }

  /** The dtype of the argument itself: {@code DT_RESOURCE} for a variable. */
  public DataType type() {
    return definition.getType();
  }
}
