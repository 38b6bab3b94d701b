package org.espalier.tf.bundle;

import com.google.common.primitives.ImmutableLongArray;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.TensorSliceProto;

/** Finds the slices of a tensor in the index and checks that they cover it, each element once. */
final class SliceAssembly {
  /** Above this, checking slices against each other would take long. */
  private static final int MAX_SLICES = 4096;

  private final BundleIndex index;
  private final EntryCheck check;

  SliceAssembly(BundleIndex index, EntryCheck check) {
    this.index = index;
    this.check = check;
  }

  /**
   * Returns the tensor of {@code entry} over its checked slices.
   *
   * @throws EspalierException if slices are missing, overlap or lie outside
   */
  SlicedTensor assemble(BundleEntry entry, BundleEntryProto proto) {
    if (proto.getSlicesCount() > MAX_SLICES) {
      throw new EspalierException(
          String.format(
              "Tensor '%s' has %d slices and at most %d can be read; save it with fewer",
              entry.key(), proto.getSlicesCount(), MAX_SLICES));
    }
    List<SlicedTensor.Slice> slices = new ArrayList<>();
    long covered = 0;
    for (TensorSliceProto extents : proto.getSlicesList()) {
      SlicedTensor.Slice slice = slice(entry, extents);
      if (slice.entry().elements() == 0) {
        continue;
      }
      if (slices.stream().anyMatch(other -> overlap(slice, other))) {
        throw index.damaged("slices of tensor '" + entry.key() + "' overlap");
      }
      covered += slice.entry().elements();
      slices.add(slice);
    }
    if (covered != entry.elements()) {
      throw index.damaged(
          String.format(
              "the slices of tensor '%s' hold %d of its %d elements",
              entry.key(), covered, entry.elements()));
    }
    return new SlicedTensor(entry.shape(), ElementSize.of(entry.dtype()).getAsInt(), slices);
  }

  private SlicedTensor.Slice slice(BundleEntry whole, TensorSliceProto extents) {
    List<Long> shape = whole.shape();
    int rank = shape.size();
    if (rank == 0 || extents.getExtentCount() != rank) {
      throw index.damaged("a slice of tensor '" + whole.key() + "' has another rank");
    }
    long[] start = new long[rank];
    long[] length = new long[rank];
    List<Long> sliceShape = new ArrayList<>();
    for (int axis = 0; axis < rank; axis++) {
      TensorSliceProto.Extent extent = extents.getExtent(axis);
      long size = shape.get(axis);
      start[axis] = extent.getStart();
      length[axis] = extent.hasLength() ? extent.getLength() : size;
      if (start[axis] < 0 || length[axis] < 0 || start[axis] > size - length[axis]) {
        throw index.damaged("a slice of tensor '" + whole.key() + "' lies outside it");
      }
      sliceShape.add(length[axis]);
    }
    BundleEntryProto found =
        index.slice(SliceKey.encode(ByteString.copyFromUtf8(whole.key()), extents));
    if (found == null) {
      throw index.damaged("a slice of tensor '" + whole.key() + "' is missing");
    }
    BundleEntry entry = check.check(whole.key(), found);
    if (entry.dtype() != whole.dtype() || !entry.shape().equals(sliceShape) || entry.sliced()) {
      throw index.damaged("a slice of tensor '" + whole.key() + "' has another type or shape");
    }
    return new SlicedTensor.Slice(
        ImmutableLongArray.copyOf(start), ImmutableLongArray.copyOf(length), entry);
  }

  private static boolean overlap(SlicedTensor.Slice a, SlicedTensor.Slice b) {
    for (int axis = 0; axis < a.start().length(); axis++) {
      if (a.start().get(axis) >= b.start().get(axis) + b.length().get(axis)
          || b.start().get(axis) >= a.start().get(axis) + a.length().get(axis)) {
        return false;
      }
    }
    return true;
  }
}
