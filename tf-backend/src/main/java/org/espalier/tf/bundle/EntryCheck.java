package org.espalier.tf.bundle;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.DataType;

/** Turns entries as a file states them into entries that agree with themselves and the shards. */
final class EntryCheck {
  private final Path prefix;
  private final BundleIndex index;
  private final Shards shards;

  EntryCheck(Path prefix, BundleIndex index, Shards shards) {
    this.prefix = prefix;
    this.index = index;
    this.shards = shards;
  }

  /**
   * Returns the checked entry.
   *
   * @throws EspalierException if type, shape, size or place cannot be right
   */
  BundleEntry check(String key, BundleEntryProto proto) {
    if (proto.getDtype() == DataType.UNRECOGNIZED) {
      throw new EspalierException(
          String.format(
              "Tensor '%s' of checkpoint %s has element type number %d, unknown to this version",
              key, prefix, proto.getDtypeValue()));
    }
    List<Long> shape = shape(key, proto);
    OptionalInt each = elementSize(key, proto.getDtype());
    long least = leastSize(key, shape, each.orElse(1));
    if (proto.getSlicesCount() > 0) {
      if (each.isEmpty()) {
        throw index.damaged("tensor '" + key + "' of type " + proto.getDtype() + " is sliced");
      }
      return new BundleEntry(key, proto.getDtype(), shape, 0, 0, least, 0, true);
    }
    shards.check(key, proto.getShardId(), proto.getOffset(), proto.getSize());
    if (each.isPresent() ? proto.getSize() != least : proto.getSize() < least) {
      throw index.damaged(
          String.format(
              "tensor '%s' of type %s and shape %s takes %s%d bytes and is given %d",
              key,
              proto.getDtype(),
              shape,
              each.isPresent() ? "" : "at least ",
              least,
              proto.getSize()));
    }
    return new BundleEntry(
        key,
        proto.getDtype(),
        shape,
        proto.getShardId(),
        proto.getOffset(),
        proto.getSize(),
        MaskedCrc.unmask(proto.getCrc32C()),
        false);
  }

  private List<Long> shape(String key, BundleEntryProto proto) {
    try {
      return Shapes.of(proto.getShape());
    } catch (IllegalArgumentException e) {
      throw index.damaged("the shape of tensor '" + key + "' is impossible: " + e.getMessage());
    }
  }

  private OptionalInt elementSize(String key, DataType dtype) {
    try {
      return ElementSize.of(dtype);
    } catch (EspalierException e) {
      throw new EspalierException(
          "Tensor '" + key + "' of checkpoint " + prefix + ": " + e.getMessage(), e);
    }
  }

  /** Returns the bytes of the elements; strings and variants take at least a byte each. */
  private long leastSize(String key, List<Long> shape, int each) {
    try {
      return Math.multiplyExact(Shapes.elements(shape), each);
    } catch (ArithmeticException e) {
      throw index.damaged("the shape " + shape + " of tensor '" + key + "' exceeds any file");
    }
  }
}
