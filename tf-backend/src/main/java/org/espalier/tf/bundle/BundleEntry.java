package org.espalier.tf.bundle;

import java.util.List;
import org.tensorflow.proto.DataType;

/**
 * Where one tensor of a bundle lies and what it is.
 *
 * @param key the checkpoint key
 * @param dtype the element type
 * @param shape the sizes of the axes, outermost first; empty for a scalar
 * @param shard the number of the shard that holds the bytes; 0 when {@code sliced}
 * @param offset the first byte in the shard; 0 when {@code sliced}
 * @param size the tensor's bytes, as stored; for a sliced tensor the bytes it has once reassembled
 * @param crc the CRC32C of the content, unmasked; 0 when {@code sliced}
 * @param sliced whether the tensor is stored in slices that a reader puts together
 */
public record BundleEntry(
    String key,
    DataType dtype,
    List<Long> shape,
    int shard,
    long offset,
    long size,
    int crc,
    boolean sliced) {

  /** Copies the shape. */
  public BundleEntry {
    shape = List.copyOf(shape);
  }

  /** Returns the number of elements. */
  public long elements() {
    return Shapes.elements(shape);
  }
}
