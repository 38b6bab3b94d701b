package org.espalier.tf.bundle;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;

/** The header and entries of a bundle's index, as they stand in the file. */
final class BundleIndex {
  /** The newest consumer level this reader implements; bundles state the least they need. */
  private static final int CONSUMER = 1;

  private final Path prefix;
  private final Map<ByteString, BundleEntryProto> slices = new LinkedHashMap<>();
  private final Map<String, BundleEntryProto> tensors = new LinkedHashMap<>();
  private BundleHeaderProto header;

  private BundleIndex(Path prefix) {
    this.prefix = prefix;
  }

  static Path path(Path prefix) {
    return prefix.resolveSibling(prefix.getFileName() + ".index");
  }

  /**
   * Reads the index of the bundle at {@code prefix}.
   *
   * @throws EspalierException if it is missing, damaged, or of a kind that cannot be read
   */
  static BundleIndex read(Path prefix) {
    Path path = path(prefix);
    if (!Files.isRegularFile(path)) {
      throw new EspalierException(
          "No checkpoint at " + prefix + ": index " + path + " does not exist");
    }
    BundleIndex index = new BundleIndex(prefix);
    TableReader.scan(path, index::take);
    if (index.header == null) {
      throw index.damaged("it has no header");
    }
    return index;
  }

  int shards() {
    return header.getNumShards();
  }

  /** Returns the tensors' entries, unchecked against each other and the shards. */
  Map<String, BundleEntryProto> tensors() {
    return tensors;
  }

  /** Returns the entry of a slice, or null if the index lacks it. */
  BundleEntryProto slice(ByteString key) {
    return slices.get(key);
  }

  private void take(ByteString key, ByteString value) {
    try {
      if (key.isEmpty()) {
        takeHeader(BundleHeaderProto.parseFrom(value));
        return;
      }
      BundleEntryProto entry = BundleEntryProto.parseFrom(value);
      if (SliceKey.isSlice(key)) {
        slices.put(key, entry);
      } else if (key.isValidUtf8()) {
        tensors.put(key.toStringUtf8(), entry);
      } else {
        throw damaged("a key is not UTF-8");
      }
    } catch (InvalidProtocolBufferException e) {
      throw damaged("the entry of '" + key.toStringUtf8() + "' does not parse");
    }
  }

  private void takeHeader(BundleHeaderProto found) {
    if (found.getEndianness() != BundleHeaderProto.Endianness.LITTLE) {
      throw new EspalierException(
          "Checkpoint " + prefix + " is big-endian; save it again on a little-endian machine");
    }
    if (found.getVersion().getMinConsumer() > CONSUMER) {
      throw new EspalierException(
          "Checkpoint "
              + prefix
              + " needs a reader of level "
              + found.getVersion().getMinConsumer()
              + " and this one is of level "
              + CONSUMER);
    }
    if (found.getNumShards() < 0) {
      throw damaged("it claims " + found.getNumShards() + " shards");
    }
    header = found;
  }

  /** Returns the error of an index whose entries contradict themselves. */
  EspalierException damaged(String how) {
    return new EspalierException(
        "Checkpoint index "
            + path(prefix)
            + " is damaged: "
            + how
            + "; restore it from a good copy");
  }
}
