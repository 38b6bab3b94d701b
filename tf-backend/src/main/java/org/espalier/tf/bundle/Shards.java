package org.espalier.tf.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.TreeMap;
import org.espalier.api.EspalierException;

/** The data files of a bundle, read by position. Thread-safe once opened. */
final class Shards implements AutoCloseable {
  private final Path prefix;
  private final int count;
  private final TreeMap<Integer, Shard> open = new TreeMap<>();

  private record Shard(Path path, FileChannel channel, long length) {}

  Shards(Path prefix, int count) {
    this.prefix = prefix;
    this.count = count;
  }

  /** Returns the data file of a shard, as TensorFlow names it. */
  static Path path(Path prefix, int shard, int count) {
    return prefix.resolveSibling(
        String.format("%s.data-%05d-of-%05d", prefix.getFileName(), shard, count));
  }

  Path path(int shard) {
    return path(prefix, shard, count);
  }

  /** Checks that a shard holds the range that an entry states, opening it if need be. */
  void check(String key, int shard, long offset, long size) {
    if (shard < 0 || shard >= count) {
      throw new EspalierException(
          String.format(
              "Checkpoint %s places tensor '%s' in shard %d but has %d; its index is damaged",
              prefix, key, shard, count));
    }
    long length = open.computeIfAbsent(shard, this::open).length();
    if (offset < 0 || size < 0 || offset > length || size > length - offset) {
      throw new EspalierException(
          String.format(
              "Shard %s is truncated: tensor '%s' takes %d bytes from %d on and the file has %d;"
                  + " restore it from a good copy",
              path(shard), key, size, offset, length));
    }
  }

  private Shard open(int shard) {
    Path path = path(shard);
    if (!Files.isRegularFile(path)) {
      throw new EspalierException(
          "Checkpoint " + prefix + " lacks shard " + path + "; restore it from a good copy");
    }
    try {
      FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
      return new Shard(path, channel, channel.size());
    } catch (IOException e) {
      throw new EspalierException("Cannot open shard " + path + ": " + e.getMessage(), e);
    }
  }

  /** Fills what remains of {@code target} with a shard's bytes from {@code position} on. */
  void read(int shard, long position, ByteBuffer target) throws IOException {
    Shard file = open.get(shard);
    long at = position;
    while (target.hasRemaining()) {
      int read = file.channel().read(target, at);
      if (read < 0) {
        throw new EspalierException("Shard " + file.path() + " became shorter while it was read");
      }
      at += read;
    }
  }

  @Override
  public void close() {
    for (Shard shard : open.values()) {
      try {
        shard.channel().close();
      } catch (IOException e) {
        throw new EspalierException("Cannot close shard " + shard.path() + ": " + e, e);
      }
    }
  }
}
