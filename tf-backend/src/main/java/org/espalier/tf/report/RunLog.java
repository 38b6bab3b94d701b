package org.espalier.tf.report;

import java.io.Closeable;
import java.nio.file.Path;
import org.espalier.api.EspalierException;

/**
 * The logs of a run directory, written together: {@code metrics.jsonl} and the event file.
 *
 * <p>Safe for several threads. The caller closes it.
 */
public final class RunLog implements Closeable {
  private final MetricsLog metrics;
  private final EventFile events;

  private RunLog(MetricsLog metrics, EventFile events) {
    this.metrics = metrics;
    this.events = events;
  }

  /**
   * Starts the logs of a new run.
   *
   * @throws EspalierException when they cannot be written
   */
  public static RunLog create(Path runDirectory) {
    return open(MetricsLog.open(runDirectory.resolve(MetricsLog.FILE_NAME)), runDirectory, -1);
  }

  /**
   * Continues the logs of a run from a checkpoint: what was logged after {@code step} of {@code
   * stage} is dropped.
   *
   * @throws EspalierException when they cannot be read or written
   */
  public static RunLog resume(Path runDirectory, int stage, long step) {
    return open(
        MetricsLog.resume(runDirectory.resolve(MetricsLog.FILE_NAME), stage, step),
        runDirectory,
        step);
  }

  private static RunLog open(MetricsLog metrics, Path directory, long resumedStep) {
    try {
      return new RunLog(
          metrics,
          resumedStep < 0 ? EventFile.create(directory) : EventFile.resume(directory, resumedStep));
    } catch (EspalierException e) {
      metrics.close();
      throw e;
    }
  }

  /** Logs an event, unless the log had it before it was resumed. */
  public void append(RunEvent event) {
    if (metrics.append(event)) {
      events.append(event);
    }
  }

  /** Waits until the metrics are on the disk; to be called before a checkpoint is. */
  public void force() {
    metrics.force();
  }

  @Override
  public void close() {
    try (metrics) {
      events.close();
    }
  }
}
