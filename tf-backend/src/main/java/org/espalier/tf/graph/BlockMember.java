package org.espalier.tf.graph;

import java.util.List;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A variable that every block has.
 *
 * @param pattern the variable's path or name with {@code {block}} where the block's number stands,
 *     such as {@code encoder/layer/{block}/attention/query/kernel}
 * @param type the dtype
 * @param shape the shape, the same in every block
 * @param trainable whether training updates it
 * @param nodes the object-graph node of each block's variable
 */
public record BlockMember(
    String pattern, DataType type, TensorShapeProto shape, boolean trainable, List<Integer> nodes) {

  /** Stands for the block's number in a pattern. */
  public static final String BLOCK = "{block}";

  /** Copies the list. */
  public BlockMember {
    nodes = List.copyOf(nodes);
  }
}
