package org.espalier.tf.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongConsumer;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.DataType;

/**
 * Writes a checkpoint in TensorFlow's bundle format, version 2: one shard and an index.
 *
 * <p>Entries are planned first; {@link #write} then lays them out in the order they were added and
 * streams them with several threads, in memory that does not grow with the tensors. The files'
 * bytes depend on the entries alone, not on the number of threads. They are written beside their
 * place, forced to the disk and then renamed: after a failure or a crash either both files are
 * there, complete, or no index is. Not thread-safe; readers and sources given to it stay the
 * caller's and must be open until {@code write} returns.
 */
public final class BundleWriter {
  private final Path prefix;
  private final Map<String, PlannedEntry> entries = new LinkedHashMap<>();
  private final Map<CopiedRange, Content> copies = new HashMap<>();
  private boolean written;

  /** Where copied bytes come from: two entries that share it share the copy. */
  private record CopiedRange(
      BundleReader reader, String slicedKey, int shard, long offset, long size) {}

  private BundleWriter(Path prefix) {
    this.prefix = prefix;
  }

  /**
   * Creates a writer of the bundle whose files will start with {@code prefix}.
   *
   * @throws EspalierException if its directory is missing or a bundle is there already
   */
  public static BundleWriter create(Path prefix) {
    Path directory = prefix.toAbsolutePath().getParent();
    if (directory == null || !Files.isDirectory(directory)) {
      throw new EspalierException("Cannot write checkpoint " + prefix + ": no such directory");
    }
    for (Path file : List.of(BundleIndex.path(prefix), Shards.path(prefix, 0, 1))) {
      if (Files.exists(file)) {
        throw new EspalierException(
            "Checkpoint file " + file + " exists and is not overwritten; choose another place");
      }
    }
    return new BundleWriter(prefix);
  }

  /**
   * Plans a tensor whose bytes come from {@code source}.
   *
   * @throws EspalierException if the key is taken, or the type has no fixed element size
   */
  public void add(String key, DataType dtype, List<Long> shape, TensorBytes source) {
    OptionalInt each = ElementSize.of(dtype);
    if (each.isEmpty()) {
      throw new EspalierException("Tensor '" + key + "' of type " + dtype + " needs its strings");
    }
    long size;
    try {
      size = Math.multiplyExact(Shapes.elements(shape), each.getAsInt());
    } catch (ArithmeticException e) {
      throw new EspalierException(
          "Tensor '" + key + "' of shape " + shape + " is larger than any file", e);
    }
    plan(key, dtype, shape, Content.of(size, source));
  }

  /**
   * Plans a string tensor, its strings in row-major order.
   *
   * @throws EspalierException if the key is taken, or the shape has another number of elements
   */
  public void addStrings(String key, List<Long> shape, List<byte[]> strings) {
    if (Shapes.elements(shape) != strings.size()) {
      throw new EspalierException(
          String.format(
              "Tensor '%s' of shape %s cannot hold %d strings", key, shape, strings.size()));
    }
    plan(key, DataType.DT_STRING, shape, Content.of(StringTensor.encode(strings)));
  }

  /**
   * Plans a scalar string, as the object graph of a checkpoint is.
   *
   * @throws EspalierException if the key is taken
   */
  public void addString(String key, byte[] string) {
    addStrings(key, List.of(), List.of(string));
  }

  /**
   * Plans a byte-identical copy of a tensor of another bundle, whose checksum is verified as it is
   * copied. What lies at one place of {@code reader} is written once, however often it is copied.
   *
   * @throws EspalierException if the key is taken, or the source is missing or already known to be
   *     damaged
   */
  public void copy(String key, BundleReader reader, String sourceKey) {
    BundleEntry entry = reader.entry(sourceKey);
    CopiedRange range =
        new CopiedRange(
            reader, entry.sliced() ? sourceKey : "", entry.shard(), entry.offset(), entry.size());
    requireNew(key);
    plan(
        key,
        entry.dtype(),
        entry.shape(),
        copies.computeIfAbsent(range, absent -> Content.copy(reader, entry)));
  }

  /**
   * Plans an entry that shares the bytes of another, and so its type and shape.
   *
   * @throws EspalierException if {@code key} is taken or {@code existing} is not planned
   */
  public void alias(String key, String existing) {
    PlannedEntry entry = entries.get(existing);
    if (entry == null) {
      throw new EspalierException(
          "Tensor '"
              + key
              + "' cannot share the bytes of '"
              + existing
              + "', which is not planned");
    }
    plan(key, entry.dtype(), entry.shape(), entry.content());
  }

  /** Returns the size that the data file will have, in bytes. */
  public long dataBytes() {
    return entries.values().stream()
        .map(PlannedEntry::content)
        .distinct()
        .mapToLong(Content::size)
        .reduce(0, Math::addExact);
  }

  /**
   * Writes the bundle and forces it to the disk.
   *
   * @param threads how many threads fill and write chunks; at least 1
   * @param progress takes the bytes of each chunk written, one call at a time but from any thread
   * @throws EspalierException if a source is damaged or the disk refuses; nothing is left behind
   */
  public void write(int threads, LongConsumer progress) {
    if (written) {
      throw new IllegalStateException("a writer writes one bundle");
    }
    written = true;
    try (BundleFiles files = new BundleFiles(prefix)) {
      files.requireSpace(dataBytes());
      files.write(List.copyOf(entries.values()), threads, progress);
    } catch (IOException e) {
      throw new EspalierException(
          String.format(
              "Cannot write checkpoint %s of %d bytes: %s", prefix, dataBytes(), e.getMessage()),
          e);
    }
  }

  private void plan(String key, DataType dtype, List<Long> shape, Content content) {
    requireNew(key);
    entries.put(key, new PlannedEntry(key, dtype, List.copyOf(shape), content));
  }

  private void requireNew(String key) {
    if (key.isEmpty() || key.charAt(0) == 0) {
      throw new EspalierException("A checkpoint key is neither empty nor starts with NUL");
    }
    if (entries.containsKey(key)) {
      throw new EspalierException("Tensor '" + key + "' is planned twice for " + prefix);
    }
  }
}
