package org.espalier.tf.report;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import com.google.gson.JsonParseException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.espalier.api.EspalierException;

/**
 * The file {@code metrics.jsonl}: one event per line, appended as it happens.
 *
 * <p>A line reaches the operating system before {@link #append} returns, so a killed process loses
 * none; a line that was torn by a crash is dropped by the next reader. Safe for several threads.
 * The caller closes it.
 */
public final class MetricsLog implements Closeable {
  /** The file's name in a run directory. */
  public static final String FILE_NAME = "metrics.jsonl";

  private final Path file;
  private final FileChannel channel;
  private final Multiset<Key> lastKeys;

  /**
   * What tells an event again after a resume: as often as the log has its key, it has the event.
   */
  private record Key(String kind, int stage, long step) {
    static Key of(RunEvent event) {
      return new Key(RunEventJson.kind(event), event.at().stage(), event.at().step());
    }
  }

  /** A sound line and where in the file it ends. */
  private record Line(Optional<RunEvent> event, long end) {}

  private MetricsLog(Path file, FileChannel channel, Multiset<Key> lastKeys) {
    this.file = file;
    this.channel = channel;
    this.lastKeys = lastKeys;
  }

  /**
   * Opens a log to append to it, and creates it where there is none.
   *
   * @throws EspalierException when the file cannot be opened or holds something else
   */
  public static MetricsLog open(Path file) {
    return resume(file, Integer.MAX_VALUE, Long.MAX_VALUE);
  }

  /**
   * Drops what was logged after {@code step} of {@code stage}, and opens the log to append to it.
   *
   * <p>For a run that continues from a checkpoint made there. Events of that very step that are
   * already in the log are kept, and ignored when they are appended again in the same order.
   *
   * @throws EspalierException as {@link #open}
   */
  public static MetricsLog resume(Path file, int stage, long step) {
    FileChannel channel = null;
    try {
      long end = 0;
      RunPosition last = null;
      Multiset<Key> lastKeys = HashMultiset.create();
      if (Files.exists(file)) {
        for (Line line : lines(file)) {
          if (line.event().isPresent()) {
            RunEvent event = line.event().get();
            if (event.at().isAfter(stage, step)) {
              break;
            }
            if (last == null || event.at().isAfter(last.stage(), last.step())) {
              last = event.at();
              lastKeys.clear();
            }
            lastKeys.add(Key.of(event));
          }
          end = line.end();
        }
      }
      channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
      if (channel.size() > end) {
        channel.truncate(end);
        channel.force(true);
      }
      channel.position(end);
      MetricsLog log = new MetricsLog(file, channel, lastKeys);
      channel = null;
      return log;
    } catch (IOException e) {
      throw new EspalierException("cannot open " + file + ": " + e.getMessage(), e);
    } finally {
      closeQuietly(channel);
    }
  }

  /**
   * All events of a log, in order.
   *
   * @throws EspalierException when the file cannot be read or holds something else
   */
  public static List<RunEvent> read(Path file) {
    try {
      return lines(file).stream().flatMap(line -> line.event().stream()).toList();
    } catch (IOException e) {
      throw new EspalierException(
          "cannot read " + file + ": it is missing or unreadable; is this a run directory?", e);
    }
  }

  /**
   * Appends one event.
   *
   * @return false when the log had it before it was resumed, and nothing was written
   */
  public synchronized boolean append(RunEvent event) {
    if (lastKeys.remove(Key.of(event))) {
      return false;
    }
    byte[] line = (RunEventJson.write(event) + "\n").getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes = ByteBuffer.wrap(line);
    try {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new EspalierException("cannot write to " + file + ": " + e.getMessage(), e);
    }
    return true;
  }

  /** Waits until what was appended is on the disk. */
  public synchronized void force() {
    try {
      channel.force(true);
    } catch (IOException e) {
      throw new EspalierException("cannot write to " + file + ": " + e.getMessage(), e);
    }
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new EspalierException("cannot write to " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<Line> lines(Path file) throws IOException {
    List<Line> lines = new ArrayList<>();
    long end = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      ByteArrayOutputStream text = new ByteArrayOutputStream();
      for (int b = in.read(); b >= 0; b = in.read()) {
        end++;
        if (b != '\n') {
          text.write(b);
          continue;
        }
        lines.add(new Line(parse(text, file, lines.size() + 1), end));
        text.reset();
      }
    }
    return lines;
  }

  private static Optional<RunEvent> parse(ByteArrayOutputStream text, Path file, int number) {
    try {
      return RunEventJson.read(text.toString(StandardCharsets.UTF_8));
    } catch (JsonParseException | EspalierException e) {
      throw new EspalierException(
          "line %d of %s is no line of metrics: the file is damaged or another's; move it away"
              .formatted(number, file),
          e);
    }
  }

  private static void closeQuietly(Closeable resource) {
    if (resource != null) {
      try {
        resource.close();
      } catch (IOException e) {
        // Only reached while another error is on its way to the user; that one says more.
      }
    }
  }
}
