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
    Scratch scratch = Scratch.OF_THREAD.get();
    double[] sum = scratch.first(count);
    double[] summand = scratch.second(count);
    Arrays.fill(sum, 0, count, 0);
    for (Summand term : summands) {
      term.compute(from, from + count, summand);
      addTo(sum, summand, term.coefficient(), count);
    }
    Elements.encode(dtype, sum, count, target);
  }

  private static void addTo(double[] sum, double[] summand, double coefficient, int count) {
    for (int i = 0; i < count; i++) {
      sum[i] += coefficient * summand[i];
    }
  }

  /** Arrays that a thread uses again for each range: making them anew costs as much as filling. */
  private static final class Scratch {
    static final ThreadLocal<Scratch> OF_THREAD = ThreadLocal.withInitial(Scratch::new);

    private double[] first = new double[0];
    private double[] second = new double[0];

    double[] first(int size) {
      first = first.length < size ? new double[size] : first;
      return first;
    }

    double[] second(int size) {
      second = second.length < size ? new double[size] : second;
      return second;
    }
  }
}
