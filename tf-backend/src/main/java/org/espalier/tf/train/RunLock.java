package org.espalier.tf.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.espalier.api.EspalierException;

/**
 * Keeps a second run out of a folder. The system gives the lock back when the process ends, however
 * it ends.
 */
final class RunLock implements AutoCloseable {
  static final String FILE_NAME = ".lock";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  static RunLock take(Path run) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(
              run.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        RunLock taken = new RunLock(channel);
        channel = null;
        return taken;
      }
      throw busy(run, null);
    } catch (OverlappingFileLockException e) {
      throw busy(run, e);
    } catch (IOException e) {
      throw new EspalierException("Cannot lock " + run + ": " + e.getMessage(), e);
    } finally {
      close(channel);
    }
  }

  private static EspalierException busy(Path run, Exception cause) {
    return new EspalierException(
        run + " is in use by another run; wait for it to end, or choose another folder", cause);
  }

  private static void close(FileChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        throw new EspalierException("Cannot close a lock file: " + e.getMessage(), e);
      }
    }
  }

  @Override
  public void close() {
    close(channel);
  }
}
