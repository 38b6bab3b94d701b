package org.espalier.tf.graph;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A variable of a model, or of the model that rewriting makes.
 *
 * @param node the object-graph node
 * @param path the shortest meaningful object path, such as {@code encoder/layer/0/query/kernel}
 * @param name the name that the exporter gave it
 * @param keys the checkpoint entries that hold its value: one, or two when the file stores it twice
 * @param type the dtype
 * @param shape the shape
 * @param trainable whether training updates it
 * @param block the number of its block; empty outside the blocks
 * @param pattern the block member's pattern; empty outside the blocks
 * @param previousKey the entry of the model it was made from that holds the same variable; empty
 *     for a new block's, and for a model that was not rewritten
 */
public record GraphVariable(
    int node,
    String path,
    String name,
    List<String> keys,
    DataType type,
    TensorShapeProto shape,
    boolean trainable,
    OptionalInt block,
    Optional<String> pattern,
    Optional<String> previousKey) {

  /** Copies the list. */
  public GraphVariable {
    keys = List.copyOf(keys);
  }

  /** The name of the variable as a parameter: in a block by the block member's pattern. */
  public String parameterName() {
    return pattern.isPresent() && block.isPresent()
        ? pattern.get().replace(BlockMember.BLOCK, Integer.toString(block.getAsInt()))
        : path;
  }

  /** The entry that readers of the object graph take the value from. */
  public String key() {
    return keys.get(0);
  }
}
