package org.espalier.tf.data;

import java.util.Objects;
import org.espalier.api.EspalierException;

/**
 * Rows of token ids as a pure function of (seed, position).
 *
 * <p>A span is cut into windows; row number r is window {@code permutation(seed, r / windows)(r mod
 * windows)}, so each pass visits every window once, in another order. Row b of step s is row s · B
 * + b, whatever was read before: a resumed run, and a worker that takes some rows of a batch, read
 * what one uninterrupted process would have read. Tokens after the last whole window are left out.
 *
 * <p>Safe for any number of threads. The token store must stay open and is not closed here.
 */
public final class Batches {
  private final TokenSpan span;
  private final Framing framing;
  private final int sequenceLength;
  private final long windows;
  private final RowOrder order;

  private Batches(
      TokenSpan span, Framing framing, int sequenceLength, long windows, RowOrder order) {
    this.span = span;
    this.framing = framing;
    this.sequenceLength = sequenceLength;
    this.windows = windows;
    this.order = order;
  }

  /**
   * Windows in an order that {@code seed} decides, without end.
   *
   * @throws EspalierException when the sequence length is too small for the framing, the span too
   *     short for one sequence, or the vocabulary lacks the framing's special tokens
   */
  public static Batches shuffled(TokenSpan span, Framing framing, int sequenceLength, long seed) {
    long windows = countWindows(span, framing, sequenceLength);
    return new Batches(span, framing, sequenceLength, windows, RowOrder.shuffled(windows, seed));
  }

  /**
   * The same windows each time, for evaluation: all of them, or {@code atMost} of them spread
   * evenly over the span; row r is always the same text.
   *
   * @throws EspalierException as {@link #shuffled}, or when {@code atMost} is less than 1
   */
  public static Batches inOrder(TokenSpan span, Framing framing, int sequenceLength, long atMost) {
    long windows = countWindows(span, framing, sequenceLength);
    return new Batches(span, framing, sequenceLength, windows, RowOrder.spread(windows, atMost));
  }

  private static long countWindows(TokenSpan span, Framing framing, int sequenceLength) {
    if (framing == Framing.MASKED) {
      span.store().vocabulary().requireMasking();
    }
    if (sequenceLength < framing.shortest()) {
      throw new EspalierException(
          "sequence length is %d: allowed is %d or more"
              .formatted(sequenceLength, framing.shortest()));
    }
    int needed = framing.tokensRead(sequenceLength);
    if (span.size() < needed) {
      throw new EspalierException(
          "%s is too short: this part has %,d tokens, one sequence of length %d takes %,d; give more text or shorter sequences"
              .formatted(span.store(), span.size(), sequenceLength, needed));
    }
    return 1 + (span.size() - needed) / framing.stride(sequenceLength);
  }

  /** The number of windows in the span: the rows of one pass. */
  public long windows() {
    return windows;
  }

  /** The number of rows there are: {@link Long#MAX_VALUE} for a shuffled, endless sequence. */
  public long rows() {
    return order.rows();
  }

  /** The number of ids in a row: S + 1 for {@link Framing#CAUSAL}, S for {@link Framing#MASKED}. */
  public int rowLength() {
    return framing.rowLength(sequenceLength);
  }

  /**
   * The batch of one step: {@code batchSize} rows, from row {@code step} · {@code batchSize}.
   *
   * @return token ids, [batchSize, {@link #rowLength()}], owned by the caller
   */
  public int[][] batch(long step, int batchSize) {
    return rows(Math.multiplyExact(step, (long) batchSize), batchSize);
  }

  /**
   * Rows by number: any slice of any batch.
   *
   * @return token ids, [count, {@link #rowLength()}], owned by the caller
   * @throws IndexOutOfBoundsException when there are not so many {@link #rows()}
   */
  public int[][] rows(long first, int count) {
    Objects.checkFromIndexSize(first, count, rows());
    int[][] result = new int[count][];
    for (int i = 0; i < count; i++) {
      result[i] = row(order.item(first + i));
    }
    return result;
  }

  private int[] row(long window) {
    int[] row = new int[rowLength()];
    int length = framing.tokensRead(sequenceLength);
    long position = window * framing.stride(sequenceLength);
    if (framing == Framing.MASKED) {
      SpecialTokens special = span.store().vocabulary().special();
      row[0] = special.cls();
      span.read(position, row, 1, length);
      row[length + 1] = special.sep();
    } else {
      span.read(position, row, 0, length);
    }
    return row;
  }
}
