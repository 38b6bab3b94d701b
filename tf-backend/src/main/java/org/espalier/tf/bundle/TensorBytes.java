package org.espalier.tf.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The bytes of one tensor, by position.
 *
 * <p>Bytes are row-major and little-endian, as a bundle stores them. Implementations are called
 * from several threads at once, for ranges in any order.
 */
@FunctionalInterface
public interface TensorBytes {
  /**
   * Fills what remains of {@code target} with the tensor's bytes from {@code offset} on.
   *
   * <p>{@code offset} and the remaining bytes are whole elements for every type of fixed size. The
   * buffer is little-endian and stays the caller's: it must not be kept.
   *
   * @throws IOException if the bytes cannot be read
   */
  void fill(long offset, ByteBuffer target) throws IOException;
}
