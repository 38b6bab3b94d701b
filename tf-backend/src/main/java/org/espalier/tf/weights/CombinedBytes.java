package org.espalier.tf.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
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

  private final DType dtype;
  private final List<Summand> summands;

  CombinedBytes(DType dtype, List<Summand> summands) {
    this.dtype = dtype;
    this.summands = List.copyOf(summands);
  }

  @Override
  public void fill(long offset, ByteBuffer target) throws IOException {
    long from = offset / dtype.bytes();
    int count = target.remaining() / dtype.bytes();
    double[] sum = new double[count];
    double[] summand = new double[count];
    for (Summand term : summands) {
      term.compute(from, from + count, summand);
      double coefficient = term.coefficient();
      for (int i = 0; i < count; i++) {
        sum[i] += coefficient * summand[i];
      }
    }
    Elements.encode(dtype, sum, count, target);
  }
}
