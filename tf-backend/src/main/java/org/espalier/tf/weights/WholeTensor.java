package org.espalier.tf.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.HostTensor;
import org.espalier.api.Parameter;
import org.espalier.tf.bundle.VerifiedTensor;

/** Brings tensors into memory whole, for kernels. */
final class WholeTensor {
  /** The longest array of a virtual machine, less what some of them reserve. */
  private static final int MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private WholeTensor() {}

  /** Returns a stored tensor. */
  static HostTensor of(VerifiedTensor tensor) throws IOException {
    double[] values = new double[count(tensor.entry().key(), tensor.entry().elements())];
    try (ElementCursor cursor = new ElementCursor(tensor)) {
      cursor.read(0, values, 0, values.length);
    }
    return HostTensor.of(ElementTypes.of(tensor.entry()), tensor.entry().shape(), values);
  }

  /** Returns random numbers of the type and shape of {@code target}. */
  static HostTensor of(Parameter target, RandomTerm numbers) {
    double[] values = new double[count(target.name(), target.elements())];
    numbers.compute(0, values.length, values);
    round(target.dtype(), values);
    return HostTensor.of(target.dtype(), target.shape(), values);
  }

  private static void round(DType dtype, double[] values) {
    int step = 1 << 12;
    ByteBuffer stored = ByteBuffer.allocate(step * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at < values.length; at += step) {
      int count = Math.min(step, values.length - at);
      double[] part = Arrays.copyOfRange(values, at, at + count);
      Elements.encode(dtype, part, count, stored.clear());
      Elements.decode(dtype, stored.flip(), values, at, count);
    }
  }

  private static int count(String name, long elements) {
    if (elements > MAX_ELEMENTS) {
      throw new EspalierException(
          "'"
              + name
              + "' has "
              + elements
              + " elements, too many for a rule that computes at once");
    }
    return (int) elements;
  }
}
