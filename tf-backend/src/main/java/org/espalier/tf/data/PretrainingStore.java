package org.espalier.tf.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.espalier.api.EspalierException;

/**
 * Sequences that were masked beforehand, of one length, read by number: BERT's pre-training data.
 *
 * <p>Everything is read and checked once when the store is opened, and kept in a temporary file
 * that is gone when the store is closed or the process ends. Safe for any number of threads;
 * interrupting a thread inside a read closes the store. The caller closes it.
 */
public final class PretrainingStore implements Corpus {
  private final String name;
  private final StoredBytes bytes;
  private final PretrainingFacts facts;

  PretrainingStore(String name, FileChannel channel, PretrainingFacts facts) {
    this.name = name;
    this.bytes = new StoredBytes("the sequences of " + name, channel);
    this.facts = facts;
  }

  /**
   * The sequences of TFRecord files of {@code tf.Example}, in order, as BERT's {@code
   * create_pretraining_data.py} writes them; of a directory, those of its files in the order of
   * their names, without hidden ones and those that begin with {@code _}.
   *
   * <p>Read are {@code input_ids} (or {@code input_word_ids}), {@code input_mask}, {@code
   * segment_ids} (or {@code input_type_ids}), {@code masked_lm_positions}, {@code masked_lm_ids}
   * and {@code masked_lm_weights}.
   *
   * @throws EspalierException when a file is missing, damaged or holds something else, lengths
   *     differ, or there is nothing to predict
   */
  public static PretrainingStore of(List<Path> files) {
    return PretrainingFiles.read(files);
  }

  /** Says whether some of {@code files} means to be such a file, or holds one as a directory. */
  public static boolean isAmong(List<Path> files) {
    return PretrainingFiles.isAmong(files);
  }

  /** The number of sequences. */
  public long size() {
    return facts.size();
  }

  /** The number of tokens of a sequence. */
  public int sequence() {
    return facts.sequence();
  }

  /** The number of tokens to predict, in all sequences together. */
  public long predictions() {
    return facts.predictions();
  }

  /** The largest token id that is shown or asked for. */
  public int largestToken() {
    return facts.largestToken();
  }

  /** The first record that has {@link #largestToken}, with its file, for messages. */
  public String largestTokenAt() {
    return facts.largestAt();
  }

  /** The largest segment of a token. */
  public int largestSegment() {
    return facts.largestSegment();
  }

  /** Whether a sequence has padding, which is not to be attended to. */
  public boolean isPadded() {
    return facts.padded();
  }

  /** SHA-256, in hexadecimal, of all sequences with their masks. */
  @Override
  public String fingerprint() {
    return facts.fingerprint();
  }

  /**
   * Holds out the last {@code heldOutFraction} of the sequences.
   *
   * @throws EspalierException when the fraction is not strictly between 0 and 1, or a part is empty
   */
  @Override
  public PretrainingSplit split(double heldOutFraction) {
    return PretrainingSplit.lastPart(this, heldOutFraction);
  }

  /** Reads a sequence by its number. */
  PretrainingExample read(long number) {
    Objects.checkIndex(number, size());
    int sequence = sequence();
    ByteBuffer row =
        ByteBuffer.allocate(PretrainingWriter.rowBytes(sequence)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.read(number * row.capacity(), row);
    PretrainingExample example =
        new PretrainingExample(
            new int[sequence], new int[sequence], new int[sequence], new int[sequence]);
    for (int i = 0; i < sequence; i++) {
      example.inputs()[i] = row.getInt();
      example.labels()[i] = row.getInt();
      int flags = row.get() & 0xff;
      example.segments()[i] = flags >> 1;
      example.attended()[i] = flags & 1;
    }
    return example;
  }

  /** Where the sequences come from, for messages. */
  @Override
  public String toString() {
    return name;
  }

  @Override
  public void close() {
    bytes.close();
  }
}
