package org.espalier.tf.data;

import java.util.stream.IntStream;

/**
 * The ids of a vocabulary that stand for no text; {@link #NONE} for one that it lacks.
 *
 * @param pad fills a sequence up to its length
 * @param cls opens a sequence of a masked language model
 * @param sep closes a sequence, and separates one text file from the next
 * @param mask hides a token that the model is to predict
 * @param unk stands for text that the vocabulary cannot express
 */
public record SpecialTokens(int pad, int cls, int sep, int mask, int unk) {
  /** Says that a vocabulary has no such token. */
  public static final int NONE = -1;

  /** Says whether {@code id} is one of these. */
  public boolean contains(int id) {
    return id == pad || id == cls || id == sep || id == mask || id == unk;
  }

  /** The largest id, or {@link #NONE}. */
  int largest() {
    return IntStream.of(pad, cls, sep, mask, unk).max().orElse(NONE);
  }
}
