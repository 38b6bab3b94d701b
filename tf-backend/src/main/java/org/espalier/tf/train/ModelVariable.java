package org.espalier.tf.train;

import java.util.List;
import org.tensorflow.proto.DataType;

/**
 * A variable of a model, identified by its object path.
 *
 * @param name object path, as a parameter of the model's spec is named
 * @param dtype element type
 * @param shape size of each axis
 * @param keys the checkpoint keys that hold its value; the first is read, all are written (Keras 3
 *     stores every variable twice)
 */
public record ModelVariable(String name, DataType dtype, List<Long> shape, List<String> keys) {
  /** Copies the lists. */
  public ModelVariable {
    shape = List.copyOf(shape);
    keys = List.copyOf(keys);
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("variable '" + name + "' has no checkpoint key");
    }
  }

  /** Returns the number of elements. */
  public long elements() {
    return shape.stream().mapToLong(Long::longValue).reduce(1, Math::multiplyExact);
  }
}
