package org.espalier.tf.data;

import java.util.Objects;

/**
 * Rows of masked sequences; row r is always the same sequence. Safe for any number of threads.
 *
 * <p>The store must stay open and is not closed here.
 */
public final class PretrainingRows {
  private final PretrainingStore store;
  private final RowOrder order;
  private final long from;

  /** Rows of the sequences from {@code from} on, as {@code order} chooses. */
  PretrainingRows(PretrainingStore store, RowOrder order, long from) {
    this.store = store;
    this.order = order;
    this.from = from;
  }

  /** The number of rows there are: {@link Long#MAX_VALUE} for an endless sequence. */
  public long rows() {
    return order.rows();
  }

  /**
   * Rows by number: any slice of any batch.
   *
   * @return arrays [count, sequence], owned by the caller
   * @throws IndexOutOfBoundsException when there are not so many {@link #rows()}
   * @throws org.espalier.api.EspalierException when the temporary file cannot be read any more
   */
  public PretrainingBatch rows(long first, int count) {
    Objects.checkFromIndexSize(first, count, rows());
    int[][] inputs = new int[count][];
    int[][] labels = new int[count][];
    float[][] weights = new float[count][];
    int[][] segments = new int[count][];
    int[][] attended = new int[count][];
    for (int i = 0; i < count; i++) {
      PretrainingExample example = store.read(from + order.item(first + i));
      inputs[i] = example.inputs();
      segments[i] = example.segments();
      attended[i] = example.attended();
      labels[i] = example.labels();
      weights[i] = new float[store.sequence()];
      for (int p = 0; p < labels[i].length; p++) {
        if (labels[i][p] == PretrainingExample.NONE) {
          // Where nothing is asked the token itself stands, as where Espalier masks.
          labels[i][p] = inputs[i][p];
        } else {
          weights[i][p] = 1;
        }
      }
    }
    return new PretrainingBatch(new MaskedBatch(inputs, labels, weights), segments, attended);
  }
}
