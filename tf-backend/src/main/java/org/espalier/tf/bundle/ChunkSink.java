package org.espalier.tf.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes a tensor's bytes in order, a chunk at a time. */
@FunctionalInterface
public interface ChunkSink {
  /**
   * Takes the chunk that starts at byte {@code offset} of the tensor.
   *
   * <p>The buffer is little-endian and valid only during the call.
   *
   * @throws IOException if the chunk cannot be passed on
   */
  void accept(long offset, ByteBuffer chunk) throws IOException;
}
