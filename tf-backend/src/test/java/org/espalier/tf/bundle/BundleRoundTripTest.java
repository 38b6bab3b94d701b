package org.espalier.tf.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.DataType;

class BundleRoundTripTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(
      names = {"DT_FLOAT", "DT_BFLOAT16", "DT_HALF", "DT_DOUBLE", "DT_INT4", "DT_COMPLEX128"})
  void keepsTypeShapeAndBytes(DataType dtype) {
    byte[] bytes = random(6 * ElementSize.of(dtype).getAsInt(), 1);
    write("a", writer -> writer.add("x", dtype, List.of(2L, 3L), source(bytes)));

    try (BundleReader reader = open("a")) {
      assertThat(reader.entry("x").dtype()).isEqualTo(dtype);
      assertThat(reader.entry("x").shape()).containsExactly(2L, 3L);
      assertThat(reader.readBytes("x")).isEqualTo(bytes);
    }
  }

  @Test
  void keepsScalarsEmptyTensorsAndStrings() {
    byte[] long1 = random(3_000_000, 2);
    write(
        "a",
        writer -> {
          writer.add("scalar", DataType.DT_INT32, List.of(), source(new byte[] {1, 2, 3, 4}));
          writer.add("empty", DataType.DT_FLOAT, List.of(0L, 1L << 62, 4L), source(new byte[0]));
          writer.addString("one", "\0 é".getBytes(UTF_8));
          writer.addStrings("none", List.of(0L), List.of());
          writer.addStrings("two", List.of(2L, 1L), List.of(long1, new byte[0]));
        });

    try (BundleReader reader = open("a")) {
      assertThat(reader.readBytes("scalar")).containsExactly(1, 2, 3, 4);
      assertThat(reader.readBytes("empty")).isEmpty();
      assertThat(reader.readString("one")).isEqualTo("\0 é".getBytes(UTF_8));
      assertThat(reader.readStrings("none")).isEmpty();
      assertThat(reader.readStrings("two")).containsExactly(long1, new byte[0]);
    }
  }

  @Test
  void writesTheSameBytesWithAnyNumberOfThreads() throws IOException {
    byte[] large = random(5 * BufferPool.CHUNK_BYTES + 16, 3);
    for (int threads : new int[] {1, 2, 5}) {
      BundleWriter writer = BundleWriter.create(directory.resolve("t" + threads));
      for (int i = 0; i < 20; i++) {
        writer.add("small" + i, DataType.DT_UINT8, List.of(10L), source(random(10, i)));
      }
      writer.add("large", DataType.DT_UINT8, List.of((long) large.length), source(large));
      AtomicLong reported = new AtomicLong();
      writer.write(threads, reported::addAndGet);
      assertThat(reported).hasValue(writer.dataBytes());
    }

    for (String suffix : List.of(".index", ".data-00000-of-00001")) {
      byte[] one = Files.readAllBytes(directory.resolve("t1" + suffix));
      assertThat(directory.resolve("t2" + suffix)).hasBinaryContent(one);
      assertThat(directory.resolve("t5" + suffix)).hasBinaryContent(one);
    }
  }

  @Test
  void writesRepeatedCopiesOnce() throws IOException {
    byte[] bytes = random(3 * BufferPool.CHUNK_BYTES, 4);
    write(
        "a",
        writer -> {
          writer.add("x", DataType.DT_UINT8, List.of((long) bytes.length), source(bytes));
          writer.addString("s", "text".getBytes(UTF_8));
        });
    try (BundleReader reader = open("a")) {
      write(
          "b",
          writer -> {
            writer.copy("x0", reader, "x");
            writer.copy("x1", reader, "x");
            writer.copy("s", reader, "s");
            writer.alias("x2", "x1");
          });
    }

    assertThat(Files.size(directory.resolve("b.data-00000-of-00001")))
        .isEqualTo(Files.size(directory.resolve("a.data-00000-of-00001")));
    try (BundleReader reader = open("b")) {
      for (String key : List.of("x0", "x1", "x2")) {
        assertThat(reader.readBytes(key)).isEqualTo(bytes);
        assertThat(reader.entry(key).offset()).isZero();
      }
      assertThat(reader.readString("s")).isEqualTo("text".getBytes(UTF_8));
    }
  }

  @Test
  void readsByPosition() throws IOException {
    byte[] bytes = random(2 * BufferPool.CHUNK_BYTES + 100, 5);
    write("a", w -> w.add("x", DataType.DT_UINT8, List.of((long) bytes.length), source(bytes)));

    try (BundleReader reader = open("a")) {
      ByteBuffer part = ByteBuffer.allocate(50);
      reader.tensor("x").fill(BufferPool.CHUNK_BYTES - 25, part);

      int from = BufferPool.CHUNK_BYTES - 25;
      assertThat(part.array()).isEqualTo(Arrays.copyOfRange(bytes, from, from + 50));
    }
  }

  @Test
  void streamsInOrder() {
    byte[] bytes = random(2 * BufferPool.CHUNK_BYTES + 100, 6);
    write("a", w -> w.add("x", DataType.DT_UINT8, List.of((long) bytes.length), source(bytes)));
    ByteBuffer all = ByteBuffer.allocate(bytes.length);
    List<Long> offsets = new ArrayList<>();

    try (BundleReader reader = open("a")) {
      reader.stream(
          "x",
          (offset, chunk) -> {
            offsets.add(offset);
            all.put(chunk);
          });
    }

    assertThat(all.array()).isEqualTo(bytes);
    assertThat(offsets)
        .containsExactly(0L, (long) BufferPool.CHUNK_BYTES, 2L * BufferPool.CHUNK_BYTES);
  }

  @Test
  void leavesNothingBehindWhenASourceFails() throws IOException {
    BundleWriter writer = BundleWriter.create(directory.resolve("a"));
    byte[] bytes = random(100, 7);
    writer.add("good", DataType.DT_UINT8, List.of(100L), source(bytes));
    writer.add(
        "bad",
        DataType.DT_UINT8,
        List.of(100L),
        (offset, target) -> {
          throw new IOException("the cable was pulled");
        });

    assertThatThrownBy(() -> writer.write(2, bytesWritten -> {}))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("the cable was pulled");
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void refusesWhatIsThereOrCannotBeWritten() {
    write("a", w -> w.addString("s", new byte[0]));
    BundleWriter writer = BundleWriter.create(directory.resolve("b"));
    writer.addString("s", new byte[0]);

    assertThatThrownBy(() -> BundleWriter.create(directory.resolve("a")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("exists and is not overwritten");
    assertThatThrownBy(() -> BundleWriter.create(directory.resolve("no/such")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("no such directory");
    assertThatThrownBy(() -> writer.addString("s", new byte[0]))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("'s' is planned twice");
    assertThatThrownBy(() -> writer.add("v", DataType.DT_RESOURCE, List.of(), source(new byte[0])))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("DT_RESOURCE");
    writer.add("huge", DataType.DT_UINT8, List.of(1L << 60), source(new byte[0]));
    assertThatThrownBy(() -> writer.write(1, bytesWritten -> {}))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("bytes and")
        .hasMessageContaining("are free");
  }

  private interface Plan {
    void on(BundleWriter writer);
  }

  private void write(String name, Plan plan) {
    BundleWriter writer = BundleWriter.create(directory.resolve(name));
    plan.on(writer);
    writer.write(2, bytesWritten -> {});
  }

  private BundleReader open(String name) {
    return BundleReader.open(directory.resolve(name));
  }

  static TensorBytes source(byte[] bytes) {
    return (offset, target) -> target.put(bytes, (int) offset, target.remaining());
  }

  static byte[] random(int size, long seed) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
