package org.espalier.tf.data;

import com.google.common.primitives.Floats;
import com.google.common.primitives.Longs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.tensorflow.proto.Example;
import org.tensorflow.proto.Feature;
import org.tensorflow.proto.Features;
import org.tensorflow.proto.FloatList;
import org.tensorflow.proto.Int64List;

/** A TFRecord file of {@code tf.Example} for tests, record by record. */
public final class RecordFile {
  private final List<Map<String, Feature>> records = new ArrayList<>();

  /** Starts a file without records. */
  public RecordFile() {}

  /** Adds a record without features. */
  public RecordFile example() {
    records.add(new HashMap<>());
    return this;
  }

  /** Gives the last record a feature of integers. */
  public RecordFile with(String name, int... values) {
    records.get(records.size() - 1).put(name, wholes(values));
    return this;
  }

  /** Gives the last record a feature of real numbers. */
  public RecordFile with(String name, float... values) {
    records.get(records.size() - 1).put(name, reals(values));
    return this;
  }

  /** Writes the file and returns its path. */
  public Path write(Path file) throws IOException {
    return write(file, records);
  }

  /** Writes one record for each map of features. */
  static Path write(Path file, List<Map<String, Feature>> examples) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Map<String, Feature> features : examples) {
      add(
          out,
          Example.newBuilder()
              .setFeatures(Features.newBuilder().putAllFeature(features))
              .build()
              .toByteArray());
    }
    return Files.write(file, out.toByteArray());
  }

  /** Adds a record: its length and its bytes, each with its checksum. */
  static void add(ByteArrayOutputStream out, byte[] message) {
    byte[] length =
        ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(message.length).array();
    for (byte[] part : List.of(length, message)) {
      out.writeBytes(part);
      CRC32C crc = new CRC32C();
      crc.update(part);
      int masked = Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
      out.writeBytes(ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(masked).array());
    }
  }

  /** A feature of integers. */
  static Feature wholes(long... values) {
    return Feature.newBuilder()
        .setInt64List(Int64List.newBuilder().addAllValue(Longs.asList(values)))
        .build();
  }

  /** A feature of integers. */
  static Feature wholes(int... values) {
    return wholes(Arrays.stream(values).asLongStream().toArray());
  }

  /** A feature of real numbers. */
  static Feature reals(float... values) {
    return Feature.newBuilder()
        .setFloatList(FloatList.newBuilder().addAllValue(Floats.asList(values)))
        .build();
  }
}
