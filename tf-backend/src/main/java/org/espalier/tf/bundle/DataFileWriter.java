package org.espalier.tf.bundle;

import com.google.common.util.concurrent.Uninterruptibles;
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
 * its place; so the bytes do not depend on the number of threads. Contents may still be appended
 * while threads are at work; until no more will be, one thread fewer works, since the one that
 * appends is at work too. Meanwhile further threads send to the disk what was written, so that
 * little is left for the end.
 */
final class DataFileWriter {
  /** How much is written before the disk is asked to take it. */
  private static final long FLUSH_BYTES = 32L << 20;

  /** While one waits for the disk, the other gives it more to do. */
  private static final int FLUSHERS = 2;

  private final FileChannel file;
  private final List<PlacedContent> contents = new ArrayList<>();
  private final LongConsumer progress;
  private final BufferPool buffers = new BufferPool();
  private final List<Future<?>> workers = new ArrayList<>();
  private final List<Future<?>> flushers = new ArrayList<>();
  private final int threads;
  private ExecutorService executor;
  private int nextContent;
  private int nextChunk;
  private long unflushed;
  private boolean complete;
  private boolean ended;

  private record Chunk(PlacedContent content, int number) {}

  DataFileWriter(FileChannel file, int threads, LongConsumer progress) {
    this.file = file;
    this.threads = threads;
    this.progress = progress;
  }

  /** Starts the threads that write. */
  void start() {
    executor =
        Executors.newFixedThreadPool(
            threads + FLUSHERS,
            task -> {
              Thread thread = new Thread(task, "espalier-bundle-writer");
              thread.setDaemon(true);
              return thread;
            });
    engage(Math.max(1, threads - 1));
    for (int i = 0; i < FLUSHERS; i++) {
      flushers.add(executor.submit(this::flush));
    }
  }

  private void engage(int all) {
    while (workers.size() < all) {
      workers.add(executor.submit(this::work));
    }
  }

  /** Adds a content that lies behind those before it in the file. */
  synchronized void append(PlacedContent content) {
    contents.add(content);
    notifyAll();
  }

  /**
   * Waits until everything is written; the first failure of any thread stops the others and is
   * thrown.
   */
  void finish() throws IOException {
    complete();
    engage(threads);
    try {
      await(workers);
    } finally {
      end();
      await(flushers);
    }
  }

  /** Ends the threads, whatever is left to do, and waits for them. */
  void stop() {
    end();
    executor.shutdown();
    Uninterruptibles.awaitTerminationUninterruptibly(executor);
  }

  private void await(List<Future<?>> workers) throws IOException {
    Throwable failure = null;
    boolean interrupted = false;
    for (Future<?> worker : workers) {
      // Every worker is waited for: the sources they read must stay open until they end.
      for (boolean done = false; !done; ) {
        try {
          worker.get();
          done = true;
        } catch (ExecutionException e) {
          failure = failure == null ? e.getCause() : failure;
          done = true;
        } catch (InterruptedException e) {
          interrupted = true;
          end();
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

  private Void work() throws IOException, InterruptedException {
    boolean done = false;
    try (BufferPool.Lease lease = buffers.borrow()) {
      for (Chunk chunk = take(); chunk != null; chunk = take()) {
        write(chunk.content(), chunk.number(), lease.buffer());
      }
      done = true;
      return null;
    } finally {
      if (!done) {
        end();
      }
    }
  }

  private Void flush() throws IOException, InterruptedException {
    while (awaitUnflushed()) {
      file.force(false);
    }
    return null;
  }

  private synchronized boolean awaitUnflushed() throws InterruptedException {
    while (!ended && unflushed < FLUSH_BYTES) {
      wait();
    }
    unflushed = 0;
    return !ended;
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

  private synchronized Chunk take() throws InterruptedException {
    while (!ended) {
      if (nextContent == contents.size()) {
        if (complete) {
          return null;
        }
        wait();
        continue;
      }
      PlacedContent content = contents.get(nextContent);
      if (nextChunk < content.chunks()) {
        return new Chunk(content, nextChunk++);
      }
      nextContent++;
      nextChunk = 0;
    }
    return null;
  }

  /** Nothing more will be appended. */
  private synchronized void complete() {
    complete = true;
    notifyAll();
  }

  /** Makes the other threads end: after a failure, or when nothing is left to do. */
  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  private synchronized void report(long bytes) {
    unflushed += bytes;
    if (unflushed >= FLUSH_BYTES) {
      notifyAll();
    }
    progress.accept(bytes);
  }
}
