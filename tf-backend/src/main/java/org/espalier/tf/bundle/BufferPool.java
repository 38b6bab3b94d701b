package org.espalier.tf.bundle;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Direct buffers of one size, as many as there are threads at work at once. */
final class BufferPool {
  /** Small enough that a checksum finds the chunk still in the processor's cache. */
  static final int CHUNK_BYTES = 1 << 18;

  private final ConcurrentLinkedQueue<ByteBuffer> free = new ConcurrentLinkedQueue<>();

  /** Lends a buffer of {@link #CHUNK_BYTES}, little-endian and empty, until the lease is closed. */
  Lease borrow() {
    ByteBuffer buffer = free.poll();
    if (buffer == null) {
      buffer = ByteBuffer.allocateDirect(CHUNK_BYTES);
    }
    return new Lease(buffer.clear().order(ByteOrder.LITTLE_ENDIAN));
  }

  /** A buffer on loan. */
  final class Lease implements AutoCloseable {
    private final ByteBuffer buffer;

    private Lease(ByteBuffer buffer) {
      this.buffer = buffer;
    }

    ByteBuffer buffer() {
      return buffer;
    }

    @Override
    public void close() {
      free.add(buffer);
    }
  }
}
