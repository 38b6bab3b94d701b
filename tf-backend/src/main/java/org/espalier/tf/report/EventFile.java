package org.espalier.tf.report;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import org.espalier.api.EspalierException;
import org.espalier.tf.bundle.MaskedCrc;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

/**
 * A TensorBoard event file: {@code Event} messages in TFRecord framing.
 *
 * <p>A record is its length (8 bytes), the masked CRC32C of that, the message, and the masked
 * CRC32C of the message, all little-endian; masked is {@code rotate_right(crc, 15) + 0xa282ead8}
 * (tensorflow/core/lib/io/record_writer.cc). Records reach the operating system before a method
 * returns. Safe for several threads. The caller closes it.
 */
public final class EventFile implements Closeable {
  private final Path file;
  private final FileChannel channel;
  private final Clock clock;

  private EventFile(Path file, FileChannel channel, Clock clock) {
    this.file = file;
    this.channel = channel;
    this.clock = clock;
  }

  /**
   * Starts a new event file in {@code directory}; files that are there stay as they are.
   *
   * @throws EspalierException when the file cannot be written
   */
  public static EventFile create(Path directory) {
    return create(directory, Clock.systemUTC());
  }

  /**
   * Starts a new event file for a run that continues after {@code step}: TensorBoard forgets what
   * earlier files say of later steps.
   */
  public static EventFile resume(Path directory, long step) {
    EventFile events = create(directory);
    events.write(
        events
            .event()
            .setStep(step + 1)
            .setSessionLog(
                SessionLog.newBuilder().setStatus(SessionLog.SessionStatus.START).build()));
    return events;
  }

  private static EventFile create(Path directory, Clock clock) {
    long seconds = clock.instant().getEpochSecond();
    EventFile events = null;
    for (int number = 0; events == null; number++) {
      Path file =
          directory.resolve("events.out.tfevents.%010d.espalier.%d".formatted(seconds, number));
      try {
        events =
            new EventFile(
                file,
                FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                clock);
      } catch (FileAlreadyExistsException e) {
        // Another session of the run started within this second: the next number is free.
      } catch (IOException e) {
        throw cannotWrite(file, e);
      }
    }
    events.write(events.event().setFileVersion("brain.Event:2"));
    return events;
  }

  /** Writes the numbers of an event under their tags. */
  public void append(RunEvent event) {
    Summary.Builder values = Summary.newBuilder();
    if (event instanceof TrainPoint train) {
      scalar(values, "train/loss", train.loss());
      scalar(values, "train/learning_rate", train.learningRate());
      for (int i = 0; i < train.groupLearningRates().size(); i++) {
        scalar(values, "train/learning_rate_group_" + i, train.groupLearningRates().get(i));
      }
      scalar(values, "train/gradient_norm", train.gradientNorm());
      scalar(values, "perf/tokens_per_second", train.tokensPerSecond());
    } else if (event instanceof EvalPoint eval) {
      scalar(values, "eval/loss", eval.loss());
    } else if (event instanceof BlockPoint blocks) {
      blocks.copyDistance().ifPresent(d -> scalar(values, "blocks/copy_distance", d));
      blocks.unitDistance().ifPresent(d -> scalar(values, "blocks/unit_distance", d));
      for (int block = 0; block < blocks.gradientNorms().size(); block++) {
        double norm = blocks.gradientNorms().get(block);
        if (!Double.isNaN(norm)) {
          scalar(values, "gradient_norm/block_%03d".formatted(block), norm);
        }
      }
    } else if (event instanceof GrowthLoss growth) {
      scalar(values, "growth/loss_before", growth.before());
      scalar(values, "growth/loss_after", growth.after());
    } else if (event instanceof StageStart stage) {
      scalar(values, "model/blocks", stage.blocks());
      scalar(values, "model/parameters", (double) stage.parameters());
    } else {
      return;
    }
    write(event().setStep(event.at().step()).setSummary(values));
  }

  /** The file. */
  public Path path() {
    return file;
  }

  @Override
  public synchronized void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static void scalar(Summary.Builder values, String tag, double value) {
    values.addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
  }

  private Event.Builder event() {
    Instant now = clock.instant();
    return Event.newBuilder().setWallTime(now.getEpochSecond() + now.getNano() * 1e-9);
  }

  private synchronized void write(Event.Builder event) {
    byte[] message = event.build().toByteArray();
    ByteBuffer record = ByteBuffer.allocate(message.length + 16).order(ByteOrder.LITTLE_ENDIAN);
    record.putLong(message.length);
    record.putInt(MaskedCrc.mask(MaskedCrc.of(record.array(), 0, Long.BYTES)));
    record.put(message);
    record.putInt(MaskedCrc.mask(MaskedCrc.of(message, 0, message.length)));
    record.flip();
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException e) {
      throw cannotWrite(file, e);
    }
  }

  private static EspalierException cannotWrite(Path file, IOException cause) {
    return new EspalierException("cannot write to " + file + ": " + cause.getMessage(), cause);
  }
}
