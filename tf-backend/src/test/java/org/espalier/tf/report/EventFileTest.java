package org.espalier.tf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.Event;
import org.tensorflow.proto.SessionLog;
import org.tensorflow.proto.Summary;

class EventFileTest {
  @TempDir Path folder;

  @Test
  void scalarsStandUnderTheirTagsAfterTheVersion() throws IOException {
    Path file;
    try (EventFile events = EventFile.create(folder)) {
      events.append(Runs.train(0, 7, 2.5));
      events.append(Runs.eval(0, 7, 2.25));
      events.append(Runs.growth(1, 7, 3, 6));
      events.append(new GrowthLoss(Runs.at(1, 7), 2.25, 2.5));
      events.append(
          new BlockPoint(
              Runs.at(1, 8),
              OptionalDouble.of(0.5),
              OptionalDouble.of(0.75),
              List.of(Double.NaN, 0.25)));
      file = events.path();
    }
    assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
    List<Event> read = read(file);
    assertThat(read).hasSize(5);
    assertThat(read.get(3).getSummary().getValueList())
        .extracting(Summary.Value::getTag, Summary.Value::getSimpleValue)
        .containsExactly(tuple("growth/loss_before", 2.25f), tuple("growth/loss_after", 2.5f));
    // Block 0 is not trained.
    assertThat(read.get(4).getSummary().getValueList())
        .extracting(Summary.Value::getTag, Summary.Value::getSimpleValue)
        .containsExactly(
            tuple("blocks/copy_distance", 0.5f),
            tuple("blocks/unit_distance", 0.75f),
            tuple("gradient_norm/block_001", 0.25f));
    assertThat(read.get(0).getFileVersion()).isEqualTo("brain.Event:2");
    assertThat(read.get(0).getWallTime())
        .isCloseTo(Instant.now().toEpochMilli() / 1e3, within(60.0));
    assertThat(read.get(1).getStep()).isEqualTo(7);
    assertThat(read.get(1).getSummary().getValueList())
        .extracting(Summary.Value::getTag, Summary.Value::getSimpleValue)
        .containsExactly(
            tuple("train/loss", 2.5f),
            tuple("train/learning_rate", 1e-3f),
            tuple("train/gradient_norm", 0.9f),
            tuple("perf/tokens_per_second", 16_384f));
    assertThat(read.get(2).getSummary().getValue(0).getTag()).isEqualTo("eval/loss");
    assertThat(read.get(2).getSummary().getValue(0).getSimpleValue()).isEqualTo(2.25f);
  }

  @Test
  void aResumedRunStartsAnotherFileAndForgetsTheLaterSteps() throws IOException {
    try (RunLog log = RunLog.create(folder)) {
      log.append(Runs.train(0, 1, 3));
      log.append(Runs.train(0, 2, 2));
      log.append(Runs.train(0, 3, 1));
    }
    try (RunLog log = RunLog.resume(folder, 0, 2)) {
      log.append(Runs.train(0, 2, 2));
      log.append(Runs.train(0, 3, 1.5));
      log.force();
    }
    assertThat(MetricsLog.read(folder.resolve(MetricsLog.FILE_NAME)))
        .containsExactly(Runs.train(0, 1, 3), Runs.train(0, 2, 2), Runs.train(0, 3, 1.5));
    List<Path> files;
    try (Stream<Path> list = Files.list(folder)) {
      files = list.filter(f -> f.toString().contains("tfevents")).sorted().toList();
    }
    assertThat(files).hasSize(2);
    List<Event> second = read(files.get(1));
    assertThat(second.get(1).getStep()).isEqualTo(3);
    assertThat(second.get(1).getSessionLog().getStatus()).isEqualTo(SessionLog.SessionStatus.START);
    assertThat(second).hasSize(3).last().extracting(Event::getStep).isEqualTo(3L);
  }

  /** Reads records and checks both checksums with another implementation of CRC32C. */
  private static List<Event> read(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<Event> events = new ArrayList<>();
    while (bytes.hasRemaining()) {
      byte[] length = new byte[8];
      bytes.get(length);
      assertThat(bytes.getInt()).isEqualTo(masked(length));
      byte[] message =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      bytes.get(message);
      assertThat(bytes.getInt()).isEqualTo(masked(message));
      events.add(Event.parseFrom(message));
    }
    return events;
  }

  private static int masked(byte[] bytes) {
    int crc = Hashing.crc32c().hashBytes(bytes).asInt();
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }
}
