package org.espalier.tf.bundle;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.DataType;

/**
 * Reads the tensors of a checkpoint in TensorFlow's bundle format, version 2.
 *
 * <p>Opening reads the index and checks every entry against its shape and its shard's length;
 * tensors stay on disk. Data is read by position in chunks of at most 256 KiB and never mapped, so
 * memory does not grow with the tensors. Every method that yields data checks its CRC32C, and
 * tensors saved in slices come back whole. Thread-safe until closed; owns the open files.
 */
public final class BundleReader implements AutoCloseable {
  /** The largest tensor that the methods returning arrays will hold in memory: 1 GiB. */
  public static final int MAX_ARRAY_BYTES = 1 << 30;

  private final Path prefix;
  private final Shards shards;
  private final SortedMap<String, BundleEntry> entries;
  private final Map<String, SlicedTensor> sliced;
  private final BufferPool buffers = new BufferPool();
  private final Set<Place> verified = ConcurrentHashMap.newKeySet();

  /** Entries that share their bytes are verified once. */
  private record Place(int shard, long offset, long size, int crc) {}

  private BundleReader(Path prefix, BundleIndex index, Shards shards) {
    this.prefix = prefix;
    this.shards = shards;
    EntryCheck check = new EntryCheck(prefix, index, shards);
    SliceAssembly assembly = new SliceAssembly(index, check);
    ImmutableSortedMap.Builder<String, BundleEntry> found = ImmutableSortedMap.naturalOrder();
    ImmutableMap.Builder<String, SlicedTensor> whole = ImmutableMap.builder();
    index
        .tensors()
        .forEach(
            (key, proto) -> {
              BundleEntry entry = check.check(key, proto);
              found.put(key, entry);
              if (entry.sliced()) {
                whole.put(key, assembly.assemble(entry, proto));
              }
            });
    this.entries = found.build();
    this.sliced = whole.buildOrThrow();
  }

  /**
   * Opens the bundle whose files start with {@code prefix}, as in {@code
   * model/variables/variables}.
   *
   * @throws EspalierException if index or shards are missing, damaged or contradict each other
   */
  public static BundleReader open(Path prefix) {
    BundleIndex index = BundleIndex.read(prefix);
    Shards shards = new Shards(prefix, index.shards());
    try {
      return new BundleReader(prefix, index, shards);
    } catch (RuntimeException e) {
      shards.close();
      throw e;
    }
  }

  /** Returns the path that the bundle's files start with. */
  public Path prefix() {
    return prefix;
  }

  /** Returns every tensor by key, sorted; the map does not change. */
  public SortedMap<String, BundleEntry> entries() {
    return entries;
  }

  /**
   * Returns the entry of a tensor.
   *
   * @throws EspalierException if the bundle does not hold it
   */
  public BundleEntry entry(String key) {
    BundleEntry entry = entries.get(key);
    if (entry == null) {
      throw new EspalierException(
          String.format(
              "Checkpoint %s has no tensor '%s' among its %d", prefix, key, entries.size()));
    }
    return entry;
  }

  /**
   * Passes a tensor's bytes, as stored, to {@code sink} from first to last.
   *
   * <p>The checksum is known only after the last chunk: when this throws, what the sink was given
   * must be discarded.
   *
   * @throws EspalierException if the data cannot be read or is damaged
   */
  public void stream(String key, ChunkSink sink) {
    BundleEntry entry = entry(key);
    if (entry.sliced()) {
      ensureVerified(entry);
      chunks(entry, sink);
    } else {
      checked(entry, sink);
    }
  }

  /**
   * Returns a tensor for reading by position; its checksum is verified at the first read.
   *
   * @throws EspalierException if the bundle does not hold it
   */
  public VerifiedTensor tensor(String key) {
    return new VerifiedTensor(this, entry(key));
  }

  /**
   * Returns a tensor's bytes as stored, for tensors of at most {@link #MAX_ARRAY_BYTES}.
   *
   * @throws EspalierException if it is larger, cannot be read or is damaged
   */
  public byte[] readBytes(String key) {
    BundleEntry entry = entry(key);
    if (entry.size() > MAX_ARRAY_BYTES) {
      throw new EspalierException(
          String.format(
              "Tensor '%s' of checkpoint %s has %d bytes; at most %d are read at once",
              key, prefix, entry.size(), MAX_ARRAY_BYTES));
    }
    ByteBuffer bytes = ByteBuffer.allocate((int) entry.size());
    stream(key, (offset, chunk) -> bytes.put(chunk));
    return bytes.array();
  }

  /**
   * Returns the one string of a scalar string tensor.
   *
   * @throws EspalierException if the tensor is of another kind, cannot be read or is damaged
   */
  public byte[] readString(String key) {
    BundleEntry entry = entry(key);
    if (!entry.shape().isEmpty()) {
      throw new EspalierException(
          String.format(
              "Tensor '%s' of checkpoint %s has shape %s, not that of one string",
              key, prefix, entry.shape()));
    }
    return readStrings(key).get(0);
  }

  /**
   * Returns the strings of a string tensor, in row-major order.
   *
   * @throws EspalierException if the tensor is of another kind, cannot be read or is damaged
   */
  public List<byte[]> readStrings(String key) {
    BundleEntry entry = entry(key);
    if (entry.dtype() != DataType.DT_STRING) {
      throw new EspalierException(
          String.format(
              "Tensor '%s' of checkpoint %s has type %s, not DT_STRING",
              key, prefix, entry.dtype()));
    }
    return StringTensor.decode(readBytes(key), (int) entry.elements());
  }

  /** Fills {@code target} with a tensor's bytes from {@code offset} on, their checksum unseen. */
  void readUnchecked(BundleEntry entry, long offset, ByteBuffer target) throws IOException {
    if (entry.sliced()) {
      sliced.get(entry.key()).read(shards, offset, target);
    } else {
      shards.read(entry.shard(), entry.offset() + offset, target);
    }
  }

  /** Reads a tensor through once, unless that was done before, and checks its checksum. */
  void ensureVerified(BundleEntry entry) {
    List<BundleEntry> parts =
        entry.sliced()
            ? sliced.get(entry.key()).slices().stream().map(SlicedTensor.Slice::entry).toList()
            : List.of(entry);
    for (BundleEntry part : parts) {
      Place place = new Place(part.shard(), part.offset(), part.size(), part.crc());
      if (!verified.contains(place)) {
        checked(part, (offset, chunk) -> {});
        verified.add(place);
      }
    }
  }

  /**
   * Returns the CRC32C of a verified tensor's bytes as stored, which for strings the index lacks.
   */
  int storedBytesCrc(BundleEntry entry) {
    PlainCheck plain = new PlainCheck();
    checked(entry, (offset, chunk) -> plain.update(chunk));
    return plain.finish();
  }

  /** Returns the error of an entry whose content has another checksum than the index says. */
  EspalierException mismatch(BundleEntry entry, int found) {
    return damaged(
        entry, String.format("its checksum is %08x and should be %08x", found, entry.crc()));
  }

  private EspalierException damaged(BundleEntry entry, String how) {
    return new EspalierException(
        String.format(
            "Tensor '%s' is damaged in %s (%d bytes from %d on): %s; restore the file from a good"
                + " copy",
            entry.key(), shards.path(entry.shard()), entry.size(), entry.offset(), how));
  }

  private void checked(BundleEntry entry, ChunkSink sink) {
    ContentCheck check = ContentCheck.of(entry);
    try {
      chunks(
          entry,
          (offset, chunk) -> {
            try {
              check.update(chunk.duplicate().order(ByteOrder.LITTLE_ENDIAN));
            } catch (DamagedContentException e) {
              throw damaged(entry, e.getMessage());
            }
            sink.accept(offset, chunk);
          });
      int found = check.finish();
      if (found != entry.crc()) {
        throw mismatch(entry, found);
      }
    } catch (DamagedContentException e) {
      throw damaged(entry, e.getMessage());
    }
  }

  private void chunks(BundleEntry entry, ChunkSink sink) {
    try (BufferPool.Lease lease = buffers.borrow()) {
      ByteBuffer buffer = lease.buffer();
      for (long offset = 0; offset < entry.size(); offset += BufferPool.CHUNK_BYTES) {
        buffer.clear().limit((int) Math.min(buffer.capacity(), entry.size() - offset));
        readUnchecked(entry, offset, buffer);
        sink.accept(offset, buffer.flip());
      }
    } catch (IOException e) {
      throw new EspalierException(
          String.format("Cannot read tensor '%s' of checkpoint %s: %s", entry.key(), prefix, e), e);
    }
  }

  /** Closes the shards. */
  @Override
  public void close() {
    shards.close();
  }
}
