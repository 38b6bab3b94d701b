package org.espalier.tf.bundle;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.LongConsumer;
import org.espalier.api.EspalierException;
import org.tensorflow.proto.DataType;

/**
 * Writes a checkpoint in TensorFlow's bundle format, version 2: one shard and an index.
 *
 * <p>Tensors are planned first; {@link #write} then streams them in the order they were planned,
 * with several threads, in memory that does not grow with the tensors. Who knows the tensors before
 * their keys calls {@link #start} in between. The files' bytes depend on tensors and keys alone,
 * not on the number of threads. They are written beside their place, forced to the disk and then
 * renamed: after a failure or a crash either both files are there, complete, or no index is. Not
 * thread-safe; readers and sources given to it stay the caller's and must be open until {@code
 * write} or {@code close} returns.
 */
public final class BundleWriter implements AutoCloseable {
  private final Path prefix;
  private final Map<String, PlannedTensor> entries = new LinkedHashMap<>();
  private final Set<Content> contents = new LinkedHashSet<>();
  private final Map<CopiedRange, Content> copies = new HashMap<>();
  private BundleFiles files;
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
   * Plans an entry whose bytes come from {@code source}.
   *
   * @throws EspalierException if the key is taken, or the type has no fixed element size
   */
  public void add(String key, DataType dtype, List<Long> shape, TensorBytes source) {
    requireNew(key);
    entry(key, tensor(key, dtype, shape, source));
  }

  /**
   * Plans a tensor whose bytes come from {@code source}; {@link #entry} gives it a key.
   *
   * @param name how errors call it
   * @throws EspalierException if the type has no fixed element size
   */
  public PlannedTensor tensor(String name, DataType dtype, List<Long> shape, TensorBytes source) {
    OptionalInt each = ElementSize.of(dtype);
    if (each.isEmpty()) {
      throw new EspalierException("Tensor '" + name + "' of type " + dtype + " needs its strings");
    }
    long size;
    try {
      size = Math.multiplyExact(Shapes.elements(shape), each.getAsInt());
    } catch (ArithmeticException e) {
      throw new EspalierException(
          "Tensor '" + name + "' of shape " + shape + " is larger than any file", e);
    }
    return planned(dtype, shape, Content.of(size, source));
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
    requireNew(key);
    entry(key, planned(DataType.DT_STRING, shape, Content.of(StringTensor.encode(strings))));
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
   * Plans an entry that is a byte-identical copy of a tensor of another bundle.
   *
   * @throws EspalierException if the key is taken, or the source is missing or already known to be
   *     damaged
   */
  public void copy(String key, BundleReader reader, String sourceKey) {
    requireNew(key);
    entry(key, copyOf(reader, sourceKey));
  }

  /**
   * Plans a byte-identical copy of a tensor of another bundle, whose checksum is verified as it is
   * copied; {@link #entry} gives it a key. What lies at one place of {@code reader} is written
   * once, however often it is copied.
   *
   * @throws EspalierException if the source is missing or already known to be damaged
   */
  public PlannedTensor copyOf(BundleReader reader, String sourceKey) {
    BundleEntry entry = reader.entry(sourceKey);
    CopiedRange range =
        new CopiedRange(
            reader, entry.sliced() ? sourceKey : "", entry.shard(), entry.offset(), entry.size());
    return planned(
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
    PlannedTensor tensor = entries.get(existing);
    if (tensor == null) {
      throw new EspalierException(
          "Tensor '"
              + key
              + "' cannot share the bytes of '"
              + existing
              + "', which is not planned");
    }
    entry(key, tensor);
  }

  /**
   * Gives a tensor that this writer planned a key; several keys share its bytes.
   *
   * @throws EspalierException if the key is taken
   */
  public void entry(String key, PlannedTensor tensor) {
    requireNew(key);
    entries.put(key, tensor);
  }

  /** Returns the size that the data file will have, in bytes. */
  public long dataBytes() {
    return contents.stream().mapToLong(Content::size).reduce(0, Math::addExact);
  }

  /**
   * Starts to write the tensors planned so far and those that still will be, while the caller goes
   * on; {@link #write} finishes it. Needs {@link #close} afterwards.
   *
   * @param threads how many threads fill and write chunks; at least 1
   * @param progress takes the bytes of each chunk written, one call at a time but from any thread
   * @throws EspalierException if the disk refuses
   */
  public void start(int threads, LongConsumer progress) {
    if (files != null) {
      throw new IllegalStateException("a writer writes one bundle");
    }
    try {
      files = new BundleFiles(prefix);
      files.requireSpace(dataBytes());
      files.start(threads, progress);
      contents.forEach(files::append);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /**
   * Writes the bundle and forces it to the disk.
   *
   * @param threads how many threads fill and write chunks, unless they were started; at least 1
   * @param progress takes the bytes of each chunk written, one call at a time but from any thread
   * @throws EspalierException if a source is damaged or the disk refuses; nothing is left behind
   */
  public void write(int threads, LongConsumer progress) {
    if (written) {
      throw new IllegalStateException("a writer writes one bundle");
    }
    written = true;
    try (this) {
      if (files == null) {
        start(threads, progress);
      }
      files.finish(entries);
    } catch (IOException e) {
      throw refused(e);
    }
  }

  /** Ends what was started; files that are not complete are removed. */
  @Override
  public void close() {
    if (files != null) {
      try {
        files.close();
      } catch (IOException e) {
        throw refused(e);
      }
    }
  }

  private EspalierException refused(IOException e) {
    return new EspalierException(
        String.format(
            "Cannot write checkpoint %s of %d bytes: %s", prefix, dataBytes(), e.getMessage()),
        e);
  }

  private PlannedTensor planned(DataType dtype, List<Long> shape, Content content) {
    if (contents.add(content) && files != null) {
      files.append(content);
    }
    return new PlannedTensor(dtype, shape, content);
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
