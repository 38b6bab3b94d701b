package org.espalier.tf.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;

/**
 * Writes placed contents into a data file with several threads.
 *
 * <p>Each thread takes the next chunk in file order, has its source fill a buffer, and writes it at
 * its place; so the bytes do not depend on the number of threads.
 */
final class DataFileWriter {
  private final FileChannel file;
  private final List<PlacedContent> contents;
  private final LongConsumer progress;
  private final BufferPool buffers = new BufferPool();
  private int nextContent;
  private int nextChunk;
  private boolean failed;

  private record Chunk(PlacedContent content, int number) {}

  DataFileWriter(FileChannel file, List<PlacedContent> contents, LongConsumer progress) {
    this.file = file;
    this.contents = contents;
    this.progress = progress;
  }

  /** Writes everything; the first failure of any thread stops the others and is thrown. */
  void run(int threads) throws IOException {
    ExecutorService executor =
        Executors.newFixedThreadPool(
            threads,
            task -> {
              Thread thread = new Thread(task, "espalier-bundle-writer");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(
            executor.submit(
                () -> {
                  work();
                  return null;
                }));
      }
      await(workers);
    } finally {
      executor.shutdown();
    }
  }

  private void await(List<Future<?>> workers) throws IOException {
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<?> worker : workers) {
      // Every worker is waited for: the sources they read must stay open until they end.
      for (boolean ended = false; !ended; ) {
        try {
          worker.get();
          ended = true;
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
          ended = true;
        } catch (InterruptedException e) {
          interrupted = true;
          stop();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted");
    }
    if (failure instanceof IOException e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    } else if (failure instanceof Error e) {
      throw e;
    }
  }

  private void work() throws IOException {
    boolean done = false;
    try (BufferPool.Lease lease = buffers.borrow()) {
      for (Chunk chunk = take(); chunk != null; chunk = take()) {
        write(chunk.content(), chunk.number(), lease.buffer());
      }
      done = true;
    } finally {
      if (!done) {
        stop();
      }
    }
  }

  private void write(PlacedContent placed, int chunk, ByteBuffer buffer) throws IOException {
    buffer.clear().limit(placed.chunkBytes(chunk));
    placed.content().source().fill(placed.chunkOffset(chunk), buffer);
    if (buffer.hasRemaining()) {
      throw new IOException("a source left " + buffer.remaining() + " bytes of a chunk unfilled");
    }
    buffer.flip();
    CRC32C crc = new CRC32C();
    crc.update(buffer);
    placed.chunkCrc(chunk, (int) crc.getValue());
    buffer.rewind();
    long at = placed.offset() + placed.chunkOffset(chunk);
    while (buffer.hasRemaining()) {
      at += file.write(buffer, at);
    }
    report(buffer.limit());
  }

  private synchronized Chunk take() {
    while (!failed && nextContent < contents.size()) {
      PlacedContent content = contents.get(nextContent);
      if (nextChunk < content.chunks()) {
        return new Chunk(content, nextChunk++);
      }
      nextContent++;
      nextChunk = 0;
    }
    return null;
  }

  private synchronized void stop() {
    failed = true;
  }

  private synchronized void report(long bytes) {
    progress.accept(bytes);
  }
}
