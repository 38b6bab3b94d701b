package org.espalier.tf.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Supplier;
import org.espalier.api.EspalierException;

/**
 * Keeps a second run out of a folder. The system gives the lock back when the process ends, however
 * it ends.
 */
final class RunLock {
  static final String FILE_NAME = ".lock";

  private RunLock() {}

  /**
   * Calls {@code body} while no other run can hold {@code run}.
   *
   * @throws EspalierException if another run holds it
   */
  static <T> T holding(Path run, Supplier<T> body) {
    try (FileChannel channel =
        FileChannel.open(
            run.resolve(FILE_NAME), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (channel.tryLock() == null) {
        throw busy(run, null);
      }
      return body.get();
    } catch (OverlappingFileLockException e) {
      throw busy(run, e);
    } catch (IOException e) {
      throw new EspalierException("Cannot lock " + run + ": " + e.getMessage(), e);
    }
  }

  private static EspalierException busy(Path run, Exception cause) {
    return new EspalierException(
        run + " is in use by another run; wait for it to end, or choose another folder", cause);
  }
}
