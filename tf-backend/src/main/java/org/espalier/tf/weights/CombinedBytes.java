package org.espalier.tf.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.espalier.api.DType;
import org.espalier.tf.bundle.TensorBytes;

/** A tensor made of a sum of terms, in float64 and rounded once to its type. */
final class CombinedBytes implements TensorBytes {
  /** One summand by position. */
  interface Summand {
    /** Returns the factor. */
    double coefficient();

    /** Puts elements {@code from} to {@code to}, the latter excluded, at the start of result. */
    void compute(long from, long to, double[] result) throws IOException;
  }

  private static final int TILE = 1 << 14;

  private final DType dtype;
  private final List<Summand> summands;

  CombinedBytes(DType dtype, List<Summand> summands) {
    this.dtype = dtype;
    this.summands = List.copyOf(summands);
  }

  @Override
  public void fill(long offset, ByteBuffer target) throws IOException {
    long from = offset / dtype.bytes();
    long end = from + target.remaining() / dtype.bytes();
    Scratch scratch = Scratch.OF_THREAD.get();
    // In tiles that stay in the processor's nearest caches.
    for (long at = from; at < end; at += TILE) {
      int count = (int) Math.min(TILE, end - at);
      fill(at, count, scratch, target);
    }
  }

  private void fill(long from, int count, Scratch scratch, ByteBuffer target) throws IOException {
    double[] sum = scratch.sum;
    if (summands.isEmpty()) {
      Arrays.fill(sum, 0, count, 0);
    }
    double factor = 1;
    for (int i = 0; i < summands.size(); i++) {
      Summand term = summands.get(i);
      if (i > 0) {
        term.compute(from, from + count, scratch.summand);
        addTo(sum, scratch.summand, term.coefficient(), count);
        continue;
      }
      term.compute(from, from + count, sum);
      if (summands.size() > 1 || dtype != DType.FLOAT32) {
        scale(sum, term.coefficient(), count);
      } else {
        factor = term.coefficient();
      }
    }
    if (dtype == DType.FLOAT32) {
      round(sum, factor, scratch.floats, count);
      target.asFloatBuffer().put(scratch.floats, 0, count);
      target.position(target.position() + count * Float.BYTES);
    } else {
      Elements.encode(dtype, sum, count, target);
    }
  }

  /** The first summand; a sum starts at 0, which makes 0 of -0. */
  private static void scale(double[] sum, double coefficient, int count) {
    for (int i = 0; i < count; i++) {
      sum[i] = 0.0 + coefficient * sum[i];
    }
  }

  /** The same and rounding in one pass, for what has one summand. */
  private static void round(double[] sum, double coefficient, float[] floats, int count) {
    for (int i = 0; i < count; i++) {
      floats[i] = (float) (0.0 + coefficient * sum[i]);
    }
  }

  private static void addTo(double[] sum, double[] summand, double coefficient, int count) {
    for (int i = 0; i < count; i++) {
      sum[i] += coefficient * summand[i];
    }
  }

  /** Arrays that a thread uses again for each tile: making them anew costs as much as filling. */
  private static final class Scratch {
    static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    private final double[] sum = new double[TILE];
    private final double[] summand = new double[TILE];
    private final float[] floats = new float[TILE];
  }
}
