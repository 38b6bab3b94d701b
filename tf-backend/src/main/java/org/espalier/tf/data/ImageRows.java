package org.espalier.tf.data;

import java.util.function.LongUnaryOperator;

/**
 * Rows of images with their labels; row r is always the same image. Safe for any number of threads.
 */
public final class ImageRows {
  private final ImageStore store;
  private final long rows;
  private final LongUnaryOperator image;

  ImageRows(ImageStore store, long rows, LongUnaryOperator image) {
    this.store = store;
    this.rows = rows;
    this.image = image;
  }

  /** The number of rows there are: {@link Long#MAX_VALUE} for an endless sequence. */
  public long rows() {
    return rows;
  }

  /** The images' store. */
  public ImageStore store() {
    return store;
  }

  /** Reads the image of a row; see {@link ImageStore#read}. */
  public void read(long row, float[] target, int offset) {
    store.read(image.applyAsLong(row), target, offset);
  }

  /** The class of a row. */
  public int label(long row) {
    return store.label(image.applyAsLong(row));
  }
}
