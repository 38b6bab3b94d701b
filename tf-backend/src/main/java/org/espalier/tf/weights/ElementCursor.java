package org.espalier.tf.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.espalier.api.DType;
import org.espalier.tf.bundle.VerifiedTensor;

/**
 * Reads elements of a stored tensor as float64 numbers, ahead where reads follow each other.
 *
 * <p>For one thread.
 */
final class ElementCursor {
  private static final int AHEAD_BYTES = 1 << 16;

  private final VerifiedTensor tensor;
  private final DType dtype;
  private final ByteBuffer window =
      ByteBuffer.allocate(AHEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long windowStart;

  ElementCursor(VerifiedTensor tensor) {
    this.tensor = tensor;
    this.dtype = ElementTypes.of(tensor.entry());
  }

  /** Puts {@code count} elements from {@code element} on into {@code to}. */
  void read(long element, double[] to, int at, int count) throws IOException {
    int bytes = dtype.bytes();
    int done = 0;
    while (done < count) {
      long offset = (element + done) * bytes;
      int wanted = (int) Math.min((long) (count - done) * bytes, AHEAD_BYTES);
      if (offset < windowStart || offset + bytes > windowStart + window.limit()) {
        load(offset, wanted);
      }
      window.position((int) (offset - windowStart));
      int part = Math.min(wanted, window.remaining()) / bytes;
      Elements.decode(dtype, window, to, at + done, part);
      done += part;
    }
  }

  private void load(long offset, int wanted) throws IOException {
    boolean follows = offset == windowStart + window.limit();
    long left = tensor.entry().size() - offset;
    window.clear().limit((int) Math.min(left, follows ? AHEAD_BYTES : wanted));
    tensor.fill(offset, window);
    windowStart = offset;
    window.flip();
  }
}
