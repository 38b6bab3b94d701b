package org.espalier.tf.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.espalier.api.DType;
import org.espalier.api.HostTensor;
import org.espalier.api.Parameter;
import org.espalier.tf.bundle.TensorBytes;

/**
 * A tensor that a kernel makes at once: computed at the first read, held until all of it was taken.
 */
final class ComputedBytes implements TensorBytes {
  /** Makes the tensor. */
  interface Computation {
    HostTensor compute() throws IOException;
  }

  private final DType dtype;
  private final long size;
  private final Computation computation;
  private HostTensor tensor;
  private long taken;

  ComputedBytes(Parameter target, Computation computation) {
    this.dtype = target.dtype();
    this.size = target.bytes();
    this.computation = computation;
  }

  @Override
  public void fill(long offset, ByteBuffer target) throws IOException {
    HostTensor whole = take(target.remaining());
    int from = Math.toIntExact(offset / dtype.bytes());
    double[] part = new double[target.remaining() / dtype.bytes()];
    for (int i = 0; i < part.length; i++) {
      part[i] = whole.at(from + i);
    }
    Elements.encode(dtype, part, part.length, target);
  }

  private synchronized HostTensor take(int bytes) throws IOException {
    HostTensor whole = tensor == null ? computation.compute() : tensor;
    taken += bytes;
    tensor = taken < size ? whole : null;
    return whole;
  }
}
