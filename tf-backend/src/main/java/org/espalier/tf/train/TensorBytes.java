package org.espalier.tf.train;

import java.nio.ByteBuffer;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;

/** The memory of a tensor as little-endian bytes; valid while the tensor is open. */
final class TensorBytes {
  private final ByteDataBuffer data;

  TensorBytes(Tensor tensor) {
    this.data = tensor.asRawTensor().data();
  }

  long size() {
    return data.size();
  }

  /** Copies what remains of {@code source} to {@code offset}. */
  void put(long offset, ByteBuffer source) {
    byte[] chunk = new byte[source.remaining()];
    source.get(chunk);
    if (chunk.length > 0) {
      data.offset(offset).write(chunk);
    }
  }

  /** Fills what remains of {@code target} from {@code offset}. */
  void get(long offset, ByteBuffer target) {
    byte[] chunk = new byte[target.remaining()];
    if (chunk.length > 0) {
      data.offset(offset).read(chunk);
    }
    target.put(chunk);
  }

  void clear() {
    byte[] zeros = new byte[1 << 16];
    for (long at = 0; at < data.size(); at += zeros.length) {
      data.offset(at).write(zeros, 0, (int) Math.min(zeros.length, data.size() - at));
    }
  }
}
