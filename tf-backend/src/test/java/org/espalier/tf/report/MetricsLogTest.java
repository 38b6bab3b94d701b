package org.espalier.tf.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsLogTest {
  @TempDir Path folder;

  @Test
  void everyEventComesBackAsItWas() {
    List<RunEvent> events =
        List.of(
            Runs.stage(0, 0, "wärm\n\"up\"", 3, 20),
            Runs.train(0, 1, 5.25),
            Runs.train(0, 2, Double.NaN),
            Runs.train(0, 3, Double.POSITIVE_INFINITY),
            Runs.eval(0, 3, 1.0 / 3),
            new Growth(
                new RunPosition(1, 3, 4, 0.1, 1e21),
                "vendor:op",
                "",
                Map.of("to", "6", "a", "<b>"),
                "stage-0",
                3,
                6,
                List.of(0, 1, 2, 2, 1, 0),
                Optional.empty()),
            Runs.growth(1, 3, 3, 6),
            new GrowthLoss(Runs.at(1, 3), Double.NaN, 1.0 / 3),
            new BlockPoint(Runs.at(1, 3), OptionalDouble.of(0), OptionalDouble.empty(), List.of()),
            new BlockPoint(
                Runs.at(1, 4),
                OptionalDouble.empty(),
                OptionalDouble.of(0.25),
                List.of(Double.NaN, 1e-9)),
            new InSessionGrowth(
                new RunPosition(1, 5, 6, 0.2, 1e21), "op", "1", Map.of("k", "v"), 4, 1L << 40, 7));
    Path file = write(events);
    assertThat(MetricsLog.read(file)).isEqualTo(events);
  }

  @Test
  void aLineNamesWhatItHolds() throws IOException {
    Path file = write(List.of(Runs.train(0, 2, 4.5)));
    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"kind\":\"train\",\"step\":2,\"stage\":0,\"loss\":4.5,\"learning_rate\":0.001,"
                + "\"gradient_norm\":0.9,\"tokens_per_second\":16384.0,\"tokens\":8192,"
                + "\"seconds\":0.5,\"flops\":6.0E9}\n");
  }

  @Test
  void aTornLineIsDroppedWhereverItWasTorn() throws IOException {
    List<RunEvent> events = Runs.twoStages();
    Path file = write(events);
    byte[] whole = Files.readAllBytes(file);
    int lastLine = Files.readAllLines(file).get(events.size() - 1).length() + 1;
    RunEvent next = Runs.train(1, 99, 1);
    for (int missing = 1; missing <= lastLine; missing++) {
      Files.write(file, Arrays.copyOf(whole, whole.length - missing));
      assertThat(MetricsLog.read(file)).isEqualTo(events.subList(0, events.size() - 1));
      try (MetricsLog log = MetricsLog.open(file)) {
        assertThat(log.append(next)).isTrue();
      }
      assertThat(MetricsLog.read(file)).hasSize(events.size()).last().isEqualTo(next);
    }
  }

  @Test
  void aResumedRunLogsWhatAnUninterruptedOneDoes() {
    List<RunEvent> events = Runs.twoStages(4);
    for (int crash = 0; crash <= events.size(); crash++) {
      for (int checkpoint = 0; checkpoint < crash; checkpoint++) {
        Path file = write(events.subList(0, crash));
        RunPosition at = events.get(checkpoint).at();
        try (MetricsLog log = MetricsLog.resume(file, at.stage(), at.step())) {
          events.subList(checkpoint, events.size()).forEach(log::append);
        }
        assertThat(MetricsLog.read(file)).isEqualTo(events);
      }
    }
  }

  @Test
  void aKillBetweenTwoGrowthsOfAStepLosesNeither() {
    List<RunEvent> events =
        List.of(Runs.eval(0, 4, 3), Runs.growth(1, 4, 3, 6), Runs.growth(1, 4, 6, 12));
    for (int crash = 1; crash <= events.size(); crash++) {
      Path file = write(events.subList(0, crash));
      try (MetricsLog log = MetricsLog.resume(file, 1, 4)) {
        events.subList(1, events.size()).forEach(log::append);
      }
      assertThat(MetricsLog.read(file)).isEqualTo(events);
    }
  }

  @Test
  void whatIsNoLogIsRefusedAndKept() throws IOException {
    Path file = write(List.of(Runs.train(0, 1, 1)));
    Files.writeString(file, "{\"kind\":\"train\"}\n", StandardOpenOption.APPEND);
    for (String line : List.of("[]\n", "nonsense\n", "{\"kind\":7,\"step\":[]}\n", "null\n")) {
      Path other = Files.writeString(folder.resolve("other"), line);
      assertThatThrownBy(() -> MetricsLog.open(other))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("line 1 of " + other);
      assertThat(Files.readString(other)).isEqualTo(line);
    }
    assertThatThrownBy(() -> MetricsLog.read(file)).hasMessageContaining("line 2 of");
    assertThatThrownBy(() -> MetricsLog.read(folder.resolve("none")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("is this a run directory?");
  }

  @Test
  void aKindOfALaterVersionIsPassedOver() throws IOException {
    Path file = write(List.of(Runs.train(0, 1, 1)));
    String line = Files.readString(file);
    Files.writeString(file, line.replace("train", "prune") + line);
    assertThat(MetricsLog.read(file)).containsExactly(Runs.train(0, 1, 1));
  }

  private Path write(List<RunEvent> events) {
    Path file = folder.resolve(MetricsLog.FILE_NAME);
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (MetricsLog log = MetricsLog.open(file)) {
      events.forEach(log::append);
    }
    return file;
  }
}
