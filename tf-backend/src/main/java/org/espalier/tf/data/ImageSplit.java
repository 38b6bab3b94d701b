package org.espalier.tf.data;

import org.espalier.api.EspalierException;

/**
 * Images to train on and images to measure on, which share none.
 *
 * <p>Which are held out is the same for every seed: the first of a fixed shuffle.
 */
public final class ImageSplit implements CorpusSplit {
  private final ImageStore store;
  private final long heldOut;
  private final Permutation shuffle;

  private ImageSplit(ImageStore store, long heldOut) {
    this.store = store;
    this.heldOut = heldOut;
    this.shuffle = new Permutation(store.size(), 0);
  }

  static ImageSplit of(ImageStore store, double fraction) {
    long heldOut = new HeldOutShare(fraction).of(store.size());
    if (heldOut == store.size()) {
      throw new EspalierException(
          "%s leaves no image to train on and %,d held out: both need some"
              .formatted(store, heldOut));
    }
    return new ImageSplit(store, heldOut);
  }

  /** The images of both parts. */
  public ImageStore store() {
    return store;
  }

  /** The training images in an order that {@code seed} decides, each once in each pass. */
  public ImageRows training(long seed) {
    RowOrder order = RowOrder.shuffled(store.size() - heldOut, seed);
    return new ImageRows(store, order.rows(), row -> shuffle.at(heldOut + order.item(row)));
  }

  /**
   * The same held-out images each time, all or {@code atMost} of them.
   *
   * @throws EspalierException when {@code atMost} is less than 1
   */
  public ImageRows heldOut(long atMost) {
    RowOrder order = RowOrder.spread(heldOut, atMost);
    return new ImageRows(store, order.rows(), row -> shuffle.at(order.item(row)));
  }
}
