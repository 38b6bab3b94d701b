package org.espalier.api;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor in memory, row-major, as float64 numbers whatever its type.
 *
 * <p>Immutable: values are copied in and out.
 */
public final class HostTensor {
  private final DType dtype;
  private final List<Long> shape;
  private final double[] values;

  private HostTensor(DType dtype, List<Long> shape, double[] values) {
    this.dtype = dtype;
    this.shape = List.copyOf(shape);
    this.values = values;
    long elements = this.shape.stream().reduce(1L, Math::multiplyExact);
    if (elements != values.length) {
      throw new IllegalArgumentException(
          "a tensor of shape " + shape + " has " + elements + " elements, not " + values.length);
    }
  }

  /** Returns a tensor of a copy of {@code values}, row-major. */
  public static HostTensor of(DType dtype, List<Long> shape, double... values) {
    return new HostTensor(dtype, shape, values.clone());
  }

  /** Returns the element type. */
  public DType dtype() {
    return dtype;
  }

  /** Returns the size of each axis. */
  public List<Long> shape() {
    return shape;
  }

  /** Returns the number of elements. */
  public int elements() {
    return values.length;
  }

  /** Returns the element at a row-major index. */
  public double at(int index) {
    return values[index];
  }

  /** Returns a copy of all elements, row-major. */
  public double[] values() {
    return values.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HostTensor that
        && dtype == that.dtype
        && shape.equals(that.shape)
        && Arrays.equals(values, that.values);
  }

  @Override
  public int hashCode() {
    return 31 * shape.hashCode() + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    return dtype + " " + shape;
  }
}
