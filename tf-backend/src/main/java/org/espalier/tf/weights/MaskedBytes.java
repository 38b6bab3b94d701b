package org.espalier.tf.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.espalier.api.DType;
import org.espalier.api.Mask;
import org.espalier.tf.bundle.TensorBytes;

/** The bytes of a tensor, with zeros where a mask does not keep; all others unchanged. */
record MaskedBytes(TensorBytes source, DType dtype, Mask mask) implements TensorBytes {

  @Override
  public void fill(long offset, ByteBuffer target) throws IOException {
    int start = target.position();
    source.fill(offset, target);
    int size = dtype.bytes();
    long element = offset / size;
    for (int at = start; at < target.position(); at += size) {
      if (!mask.keeps(element++)) {
        // All bits zero is 0 in every type.
        for (int i = 0; i < size; i++) {
          target.put(at + i, (byte) 0);
        }
      }
    }
  }
}
