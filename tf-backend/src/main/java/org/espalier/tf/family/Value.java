package org.espalier.tf.family;

import java.util.List;
import org.tensorflow.proto.DataType;

/**
 * An output of a node or an argument of a function under construction.
 *
 * @param reference how other nodes of the body name it: {@code node:output:0}, or an argument's
 *     name
 * @param type its element type; of the handle of a variable, {@code DT_RESOURCE}
 * @param sizes its shape, or that of the variable, with {@link Attributes#DYNAMIC} for the sizes
 *     that are known only at run time
 */
record Value(String reference, DataType type, List<Long> sizes) {
  Value {
    sizes = List.copyOf(sizes);
  }

  /** Returns the size of an axis, counted from the end. */
  long fromEnd(int axis) {
    return sizes.get(sizes.size() - axis);
  }
}
