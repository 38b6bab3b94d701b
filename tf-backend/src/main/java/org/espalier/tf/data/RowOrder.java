package org.espalier.tf.data;

import java.util.Objects;
import java.util.function.LongUnaryOperator;
import org.espalier.api.EspalierException;

/** Which of {@code items} things each row of a sequence of batches is. */
final class RowOrder {
  private final LongUnaryOperator item;
  private final long rows;

  private RowOrder(LongUnaryOperator item, long rows) {
    this.item = item;
    this.rows = rows;
  }

  /** Every thing once in each pass, in an order that {@code seed} decides, without end. */
  static RowOrder shuffled(long items, long seed) {
    return new RowOrder(
        row -> new Permutation(items, Mixing.derive(seed, row / items)).at(row % items),
        Long.MAX_VALUE);
  }

  /**
   * All things, or {@code atMost} of them spread evenly.
   *
   * @throws EspalierException when {@code atMost} is less than 1
   */
  static RowOrder spread(long items, long atMost) {
    if (atMost < 1) {
      throw new EspalierException(
          "an evaluation of " + atMost + " sequences was asked for: allowed is 1 or more");
    }
    long rows = Math.min(items, atMost);
    // Row r is item r * items / rows, without the product, which could overflow.
    long quotient = items / rows;
    long remainder = items % rows;
    return new RowOrder(
        row -> row * quotient + (long) Math.floor((double) row / rows * remainder), rows);
  }

  /** The number of rows there are. */
  long rows() {
    return rows;
  }

  /** The thing that a row is. */
  long item(long row) {
    Objects.checkIndex(row, rows);
    return item.applyAsLong(row);
  }
}
