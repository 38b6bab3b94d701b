package org.espalier.tf.data;

import java.util.Objects;

/**
 * The tokens of {@code store} from {@code from} (included) to {@code until} (excluded).
 *
 * <p>The store belongs to whoever opened it and must stay open while the span is read.
 */
public record TokenSpan(TokenStore store, long from, long until) {

  /** Checks that the span lies within the store. */
  public TokenSpan {
    Objects.requireNonNull(store, "store");
    Objects.checkFromToIndex(from, until, store.size());
  }

  /** The number of tokens. */
  public long size() {
    return until - from;
  }

  /** Reads tokens by their position in the span; see {@link TokenStore#read}. */
  public void read(long position, int[] target, int offset, int length) {
    Objects.checkFromIndexSize(position, /* size= */ length, /* length= */ size());
    store.read(from + position, target, offset, length);
  }

  /** Names the tokens themselves: equal for equal tokens, wherever they are stored. */
  public String identity() {
    return store.fingerprint() + "[" + from + ":" + until + "]";
  }
}
