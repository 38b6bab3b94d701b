package org.espalier.tf.data;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.util.Arrays;
import org.espalier.api.EspalierException;

/**
 * Writes text as BERT's pre-training data: a TFRecord file of masked sequences.
 *
 * <p>Each is {@code [CLS]}, tokens, {@code [SEP]}: one segment, never padded, so that the label of
 * the next sentence has no meaning and is 0. The last 5 % of the text come last, in order; what is
 * before is shuffled. So whoever holds out at most that holds out the end of the text.
 */
public final class PretrainingText {
  /**
   * What was written.
   *
   * @param sequences records
   * @param predictions tokens to predict, in all together
   */
  public record Written(long sequences, long predictions) {}

  private final Batches windows;
  private final PretrainingFormat format;
  private final MlmMasking masking;
  private final long shuffled;
  private long predictions;

  private PretrainingText(TokenStore text, PretrainingFormat format) {
    this.windows = Batches.inOrder(text.all(), Framing.MASKED, format.sequence(), Long.MAX_VALUE);
    this.format = format;
    this.masking =
        MlmMasking.training(text.vocabulary(), format.seed()).atMost(format.predictions());
    long last = new HeldOutShare(CorpusSplit.DEFAULT_HELD_OUT).of(windows.windows());
    this.shuffled = Math.multiplyExact(windows.windows() - last, (long) format.copies());
  }

  /**
   * Writes a file: to a temporary sibling, synced, then renamed.
   *
   * @throws EspalierException when the text is too short, its tokenizer has no token to mask with,
   *     or {@code out} exists or cannot be written
   */
  public static Written write(TokenStore text, PretrainingFormat format, Path out) {
    PretrainingText sequences = new PretrainingText(text, format);
    return NewFile.write(out, "masked sequences", sequences::writeTo);
  }

  private Written writeTo(WritableByteChannel channel) throws IOException {
    TfRecordWriter records = new TfRecordWriter(channel);
    long count = Math.multiplyExact(windows.windows(), (long) format.copies());
    Permutation order = new Permutation(Math.max(1, shuffled), format.seed());
    for (long i = 0; i < count; i++) {
      records.add(record(i < shuffled ? order.at(i) : i));
    }
    records.flush();
    return new Written(count, predictions);
  }

  private byte[] record(long item) {
    long window = item / format.copies();
    MaskedBatch masked = masking.apply(windows.rows(window, 1), item % format.copies(), window);
    int[] labels = masked.labels()[0];
    for (int p = 0; p < labels.length; p++) {
      if (masked.weights()[0][p] == 0) {
        labels[p] = PretrainingExample.NONE;
      } else {
        predictions++;
      }
    }
    int[] attended = new int[labels.length];
    Arrays.fill(attended, 1);
    return new PretrainingExample(masked.inputs()[0], attended, new int[labels.length], labels)
        .toProto(format.predictions())
        .toByteArray();
  }
}
