package org.espalier.tf.data;

import org.espalier.api.EspalierException;

/** Masked sequences to train on and others to measure on: the last of the store. */
public final class PretrainingSplit implements CorpusSplit {
  private final PretrainingStore store;
  private final long training;

  private PretrainingSplit(PretrainingStore store, long training) {
    this.store = store;
    this.training = training;
  }

  static PretrainingSplit lastPart(PretrainingStore store, double fraction) {
    long heldOut = new HeldOutShare(fraction).of(store.size());
    if (heldOut == store.size()) {
      throw new EspalierException(
          "%s leaves no sequence to train on and %,d held out: both need some"
              .formatted(store, heldOut));
    }
    return new PretrainingSplit(store, store.size() - heldOut);
  }

  /** The sequences of both parts. */
  public PretrainingStore store() {
    return store;
  }

  /** The training sequences in an order that {@code seed} decides, each once in each pass. */
  public PretrainingRows training(long seed) {
    return new PretrainingRows(store, RowOrder.shuffled(training, seed), 0);
  }

  /**
   * The same held-out sequences each time: all, or {@code atMost} of them spread evenly.
   *
   * @throws EspalierException when {@code atMost} is less than 1
   */
  public PretrainingRows heldOut(long atMost) {
    return new PretrainingRows(store, RowOrder.spread(store.size() - training, atMost), training);
  }
}
