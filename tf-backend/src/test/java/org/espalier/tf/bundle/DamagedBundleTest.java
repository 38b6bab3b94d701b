package org.espalier.tf.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorShapeProto;
import org.tensorflow.proto.TensorSliceProto;

class DamagedBundleTest {
  private static final int TENSOR_BYTES = 2 * BufferPool.CHUNK_BYTES;

  @TempDir private Path directory;
  private Path prefix;
  private Path index;
  private Path data;

  @BeforeEach
  void writeGoodBundle() {
    prefix = directory.resolve("variables");
    index = directory.resolve("variables.index");
    data = directory.resolve("variables.data-00000-of-00001");
    BundleWriter writer = BundleWriter.create(prefix);
    writer.add(
        "x",
        DataType.DT_FLOAT,
        List.of(TENSOR_BYTES / 4L),
        BundleRoundTripTest.source(BundleRoundTripTest.random(TENSOR_BYTES, 1)));
    writer.addString("text", "some text".getBytes(UTF_8));
    writer.write(2, bytes -> {});
  }

  @Test
  void namesTensorShardAndChecksumsOfAFlippedBit() throws IOException {
    flip(data, BufferPool.CHUNK_BYTES + 77);

    try (BundleReader reader = BundleReader.open(prefix)) {
      assertThatThrownBy(() -> reader.stream("x", (offset, chunk) -> {}))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("Tensor 'x' is damaged in " + data)
          .hasMessageContaining("should be %08x".formatted(reader.entry("x").crc()));
      assertThatThrownBy(() -> reader.tensor("x").fill(0, ByteBuffer.allocate(4)))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("Tensor 'x' is damaged");
      assertThat(reader.readString("text")).isEqualTo("some text".getBytes(UTF_8));
    }
  }

  @Test
  void copyingFindsAFlippedBitAndLeavesNothing() throws IOException {
    flip(data, 4);
    Path out = Files.createDirectory(directory.resolve("out"));

    try (BundleReader reader = BundleReader.open(prefix)) {
      BundleWriter writer = BundleWriter.create(out.resolve("variables"));
      writer.copy("y", reader, "x");

      assertThatThrownBy(() -> writer.write(2, bytes -> {}))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("Tensor 'x' is damaged in " + data);
      assertThat(out).isEmptyDirectory();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 13})
  void findsFlippedBitsInEveryPartOfAString(int at) throws IOException {
    flip(data, TENSOR_BYTES + at);

    try (BundleReader reader = BundleReader.open(prefix)) {
      assertThatThrownBy(() -> reader.readString("text"))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("Tensor 'text' is damaged in " + data);
      BundleWriter writer = BundleWriter.create(directory.resolve("copy"));
      assertThatThrownBy(() -> writer.copy("text", reader, "text"))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("Tensor 'text' is damaged");
    }
  }

  @Test
  void refusesATruncatedShardOnOpening() throws IOException {
    try (FileChannel channel = FileChannel.open(data, StandardOpenOption.WRITE)) {
      channel.truncate(TENSOR_BYTES - 1);
    }

    refused("Shard " + data + " is truncated");
  }

  @Test
  void refusesAMissingShardOrIndex() throws IOException {
    Files.delete(data);
    refused("lacks shard " + data);
    Files.delete(index);
    refused("index " + index + " does not exist");
  }

  @Test
  void refusesATruncatedIndex() throws IOException {
    try (FileChannel channel = FileChannel.open(index, StandardOpenOption.WRITE)) {
      channel.truncate(channel.size() / 2);
    }

    refused("index " + index + " is damaged");
  }

  @Test
  void refusesSizesThatContradictShapes() throws IOException {
    rewrite(entry -> entry.setSize(8));
    refused("tensor 'x' of type DT_FLOAT and shape [4] takes 16 bytes and is given 8");
    rewrite(entry -> entry.setDtype(DataType.DT_STRING).setSize(3));
    refused("takes at least 4 bytes and is given 3");
  }

  @Test
  void refusesPlacesOutsideTheShard() throws IOException {
    rewrite(entry -> entry.setOffset(Long.MAX_VALUE - 2));
    refused("is truncated");
    rewrite(entry -> entry.setOffset(-1));
    refused("is truncated");
    rewrite(entry -> entry.setShardId(1));
    refused("places tensor 'x' in shard 1 but has 1");
  }

  @Test
  void refusesImpossibleShapes() throws IOException {
    rewrite(entry -> entry.setShape(shape(1L << 40, 1L << 40)).setSize(16));
    refused("exceeds any file");
    rewrite(entry -> entry.setShape(shape(-4)));
    refused("an axis has size -4");
    rewrite(entry -> entry.setShape(TensorShapeProto.newBuilder().setUnknownRank(true)));
    refused("rank is unknown");
  }

  @Test
  void refusesUnknownTypes() throws IOException {
    rewrite(entry -> entry.setDtypeValue(77));
    refused("has element type number 77");
    rewrite(entry -> entry.setDtype(DataType.DT_RESOURCE));
    refused("Element type DT_RESOURCE cannot be stored");
  }

  @Test
  void refusesSlicesThatDoNotCover() throws IOException {
    TensorSliceProto.Builder slice = TensorSliceProto.newBuilder();
    slice.addExtentBuilder().setStart(0).setLength(2);
    rewrite(entry -> entry.addSlices(slice));
    refused("a slice of tensor 'x' is missing");
    slice.getExtentBuilder(0).setStart(3);
    rewrite(entry -> entry.addSlices(slice));
    refused("a slice of tensor 'x' lies outside it");
    slice.addExtentBuilder();
    rewrite(entry -> entry.addSlices(slice));
    refused("another rank");
  }

  @Test
  void refusesBigEndianAndHeadlessIndexes() throws IOException {
    write(
        BundleHeaderProto.newBuilder()
            .setNumShards(1)
            .setEndianness(BundleHeaderProto.Endianness.BIG)
            .build()
            .toByteString(),
        BundleEntryProto.getDefaultInstance());
    refused("is big-endian");
    try (OutputStream out = Files.newOutputStream(index)) {
      new TableWriter(out).finish();
    }
    refused("has no header");
  }

  private void refused(String message) {
    assertThatThrownBy(() -> BundleReader.open(prefix).close())
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining(message);
  }

  /** Writes an index of four floats at the start of the shard, after {@code change}. */
  private void rewrite(Consumer<BundleEntryProto.Builder> change) throws IOException {
    BundleEntryProto.Builder entry =
        BundleEntryProto.newBuilder().setDtype(DataType.DT_FLOAT).setShape(shape(4)).setSize(16);
    change.accept(entry);
    write(BundleHeaderProto.newBuilder().setNumShards(1).build().toByteString(), entry.build());
  }

  private void write(ByteString header, BundleEntryProto entry) throws IOException {
    try (OutputStream out = Files.newOutputStream(index)) {
      TableWriter table = new TableWriter(out);
      table.put(ByteString.EMPTY, header);
      table.put(ByteString.copyFromUtf8("x"), entry.toByteString());
      table.finish();
    }
  }

  private static TensorShapeProto shape(long... sizes) {
    return Shapes.proto(Arrays.stream(sizes).boxed().toList());
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 0x10;
    Files.write(file, bytes);
  }
}
