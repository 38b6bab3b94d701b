package org.espalier.tf.data;

import java.util.Objects;
import org.espalier.api.EspalierException;

/** Tokens to train on and tokens to measure on, which share none. */
public record TokenSplit(TokenSpan training, TokenSpan heldOut) implements CorpusSplit {
  /** Checks that both parts hold tokens, of one vocabulary, and share none. */
  public TokenSplit {
    Objects.requireNonNull(training, "training");
    Objects.requireNonNull(heldOut, "heldOut");
    if (training.size() == 0 || heldOut.size() == 0) {
      throw new EspalierException(
          "%s leaves %,d tokens to train on and %,d held out: both need some"
              .formatted(training.store(), training.size(), heldOut.size()));
    }
    String first = training.store().tokenizer().id();
    String second = heldOut.store().tokenizer().id();
    if (!first.equals(second)) {
      throw new EspalierException(
          "training tokens are of tokenizer '%s', held-out tokens of '%s': both must be of one"
              .formatted(first, second));
    }
    if (training.store().fingerprint().equals(heldOut.store().fingerprint())
        && training.from() < heldOut.until()
        && heldOut.from() < training.until()) {
      throw new EspalierException(
          "training and held-out tokens of %s overlap: hold out a part of it, or another file"
              .formatted(training.store()));
    }
  }

  /**
   * Trains on all of one store and measures on all of another.
   *
   * @throws EspalierException when the tokenizers differ or both hold the same tokens
   */
  public static TokenSplit of(TokenStore training, TokenStore heldOut) {
    return new TokenSplit(training.all(), heldOut.all());
  }

  static TokenSplit lastPart(TokenStore store, double fraction) {
    long boundary = store.size() - new HeldOutShare(fraction).of(store.size());
    return new TokenSplit(
        new TokenSpan(store, 0, boundary), new TokenSpan(store, boundary, store.size()));
  }

  /** The tokenizer of both parts. */
  public Tokenizer tokenizer() {
    return training.store().tokenizer();
  }

  /** Names the tokens of both parts, for a resumed run to compare. */
  public String identity() {
    return training.identity() + "/" + heldOut.identity();
  }
}
