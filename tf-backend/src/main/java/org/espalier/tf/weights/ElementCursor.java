package org.espalier.tf.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.espalier.api.DType;
import org.espalier.tf.bundle.VerifiedTensor;

/**
 * Reads elements of a stored tensor as float64 numbers, ahead where reads follow each other.
 *
 * <p>For one thread. Close it to hand its memory on.
 */
final class ElementCursor implements AutoCloseable {
  private static final int AHEAD_BYTES = 1 << 16;

  /** As many as there were cursors at once; direct memory is dear to allocate. */
  private static final ConcurrentLinkedQueue<Window> FREE = new ConcurrentLinkedQueue<>();

  private final VerifiedTensor tensor;
  private final DType dtype;
  private final Window window;
  private final ByteBuffer bytes;
  private long windowStart;

  /** Memory that a cursor borrows: what was read last, and room to take floats out in bulk. */
  private static final class Window {
    private final ByteBuffer bytes =
        ByteBuffer.allocateDirect(AHEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final FloatBuffer asFloats = bytes.asFloatBuffer();
    private final float[] floats = new float[AHEAD_BYTES / Float.BYTES];
  }

  ElementCursor(VerifiedTensor tensor) {
    this.tensor = tensor;
    this.dtype = ElementTypes.of(tensor.entry());
    Window free = FREE.poll();
    this.window = free == null ? new Window() : free;
    this.bytes = window.bytes;
    bytes.clear().limit(0);
  }

  /** Puts {@code count} elements from {@code element} on into {@code to}. */
  void read(long element, double[] to, int at, int count) throws IOException {
    int each = dtype.bytes();
    int done = 0;
    while (done < count) {
      long offset = (element + done) * each;
      int wanted = (int) Math.min((long) (count - done) * each, AHEAD_BYTES);
      if (offset < windowStart || offset + each > windowStart + bytes.limit()) {
        load(offset, wanted);
      }
      bytes.position((int) (offset - windowStart));
      int part = Math.min(wanted, bytes.remaining()) / each;
      if (dtype == DType.FLOAT32) {
        window.asFloats.get(bytes.position() / Float.BYTES, window.floats, 0, part);
        widen(window.floats, to, at + done, part);
      } else {
        Elements.decode(dtype, bytes, to, at + done, part);
      }
      done += part;
    }
  }

  /** Over arrays, and by itself, so that the compiler makes vector instructions of it. */
  private static void widen(float[] from, double[] to, int at, int count) {
    for (int i = 0; i < count; i++) {
      to[at + i] = from[i];
    }
  }

  private void load(long offset, int wanted) throws IOException {
    boolean follows = offset == windowStart + bytes.limit();
    long left = tensor.entry().size() - offset;
    bytes.clear().limit((int) Math.min(left, follows ? AHEAD_BYTES : wanted));
    tensor.fill(offset, bytes);
    windowStart = offset;
    bytes.flip();
  }

  @Override
  public void close() {
    FREE.add(window);
  }
}
