package org.espalier.tf.bundle;

import com.google.common.primitives.ImmutableLongArray;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Reads a tensor that is stored in slices, by position in the whole.
 *
 * <p>A run is the longest stretch from a position on that is contiguous both in the whole and in
 * the slice that holds it.
 */
final class SlicedTensor {
  /** One slice: where it starts on each axis, how long it is, and its own entry. */
  record Slice(ImmutableLongArray start, ImmutableLongArray length, BundleEntry entry) {
    boolean contains(long[] at) {
      for (int axis = 0; axis < at.length; axis++) {
        if (at[axis] < start.get(axis) || at[axis] - start.get(axis) >= length.get(axis)) {
          return false;
        }
      }
      return true;
    }
  }

  private final long[] shape;
  private final int elementBytes;
  private final List<Slice> slices;

  SlicedTensor(List<Long> shape, int elementBytes, List<Slice> slices) {
    this.shape = shape.stream().mapToLong(Long::longValue).toArray();
    this.elementBytes = elementBytes;
    this.slices = List.copyOf(slices);
  }

  List<Slice> slices() {
    return slices;
  }

  /** Fills what remains of {@code target} with the whole's bytes from {@code offset} on. */
  void read(Shards shards, long offset, ByteBuffer target) throws IOException {
    long element = offset / elementBytes;
    int limit = target.limit();
    while (target.position() < limit) {
      long[] at = coordinates(element);
      Slice slice = holding(at);
      long run = Math.min(run(slice, at), (limit - target.position()) / elementBytes);
      target.limit(target.position() + (int) run * elementBytes);
      BundleEntry entry = slice.entry();
      shards.read(entry.shard(), entry.offset() + position(slice, at) * elementBytes, target);
      target.limit(limit);
      element += run;
    }
  }

  private long[] coordinates(long element) {
    long[] at = new long[shape.length];
    long left = element;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = left % shape[axis];
      left /= shape[axis];
    }
    return at;
  }

  private Slice holding(long[] at) {
    for (Slice slice : slices) {
      if (slice.contains(at)) {
        return slice;
      }
    }
    throw new IllegalStateException("slices were checked to cover the tensor");
  }

  private long run(Slice slice, long[] at) {
    int axis = shape.length - 1;
    long inner = 1;
    long within = 0;
    while (axis > 0 && slice.length().get(axis) == shape[axis]) {
      within += at[axis] * inner;
      inner *= shape[axis];
      axis--;
    }
    return (slice.start().get(axis) + slice.length().get(axis) - at[axis]) * inner - within;
  }

  private static long position(Slice slice, long[] at) {
    long position = 0;
    for (int axis = 0; axis < at.length; axis++) {
      position = position * slice.length().get(axis) + at[axis] - slice.start().get(axis);
    }
    return position;
  }
}
