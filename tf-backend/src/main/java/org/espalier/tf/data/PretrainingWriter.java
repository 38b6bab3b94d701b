package org.espalier.tf.data;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import org.espalier.api.EspalierException;

/** Writes masked sequences of one length behind each other, and notes what they hold. */
final class PretrainingWriter {
  /** What a temporary file of them holds. */
  static final String KIND = "sequences";

  private final FileChannel channel;
  private final Hasher hasher = Hashing.sha256().newHasher();
  private final PretrainingFacts.Builder facts = new PretrainingFacts.Builder();
  private ByteBuffer row;

  PretrainingWriter(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Adds a sequence.
   *
   * @param where it stands, for messages
   * @throws MalformedRecordsException when it is longer or shorter than those before
   */
  void add(PretrainingExample example, String where) throws MalformedRecordsException {
    int sequence = example.sequence();
    if (row == null) {
      row = ByteBuffer.allocate(rowBytes(sequence)).order(ByteOrder.LITTLE_ENDIAN);
      hasher.putString("pretraining", StandardCharsets.UTF_8).putInt(sequence);
    } else if (row.capacity() != rowBytes(sequence)) {
      throw new MalformedRecordsException(
          "has %,d tokens after records of %,d: all must be of one length"
              .formatted(sequence, row.capacity() / rowBytes(1)));
    }
    facts.add(example, where);
    row.clear();
    for (int i = 0; i < sequence; i++) {
      row.putInt(example.inputs()[i]);
      row.putInt(example.labels()[i]);
      row.put((byte) (example.segments()[i] << 1 | example.attended()[i]));
    }
    hasher.putBytes(row.flip().duplicate());
    StoredBytes.append(channel, row, KIND);
  }

  /** Returns what was written, to be read from the same channel. */
  PretrainingStore finish(String name) {
    if (row == null) {
      throw new EspalierException(
          name + " holds no record: name a TFRecord file of masked sequences that has some");
    }
    return new PretrainingStore(name, channel, facts.build(hasher.hash().toString()));
  }

  /** The size of a sequence on the disk. */
  static int rowBytes(int sequence) {
    return Math.multiplyExact(sequence, 2 * Integer.BYTES + 1);
  }
}
