package org.espalier.tf.family;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.espalier.api.EspalierException;

/**
 * The sizes of a model of a family.
 *
 * @param blocks number of blocks, from 1
 * @param residual width of the residual stream
 * @param heads attention heads of a block; any number, odd ones too
 * @param headSize width of a head; heads × head size may differ from the residual width
 * @param ffn width between the two feed-forward layers
 * @param vocabulary number of tokens; 0 for a model of images
 * @param positions longest sequence
 * @param tokenTypes number of token types (segments); 0 for a family without
 * @param image the sizes of images and classes; empty for a model of text
 */
public record ModelSizes(
    int blocks,
    int residual,
    int heads,
    int headSize,
    int ffn,
    int vocabulary,
    int positions,
    int tokenTypes,
    Optional<ImageSizes> image) {
  private static final int MOST_BLOCKS = 10_000;

  /** Checks that every size can be built. */
  public ModelSizes {
    within("blocks", blocks, 1, MOST_BLOCKS);
    within("residual", residual, 1, Integer.MAX_VALUE);
    within("heads", heads, 1, Integer.MAX_VALUE);
    within("head_size", headSize, 1, Integer.MAX_VALUE);
    within("ffn", ffn, 1, Integer.MAX_VALUE);
    within("vocabulary", vocabulary, image.isPresent() ? 0 : 2, Integer.MAX_VALUE);
    within("positions", positions, 1, Integer.MAX_VALUE);
    within("token_types", tokenTypes, 0, Integer.MAX_VALUE);
    within("heads × head_size", (long) heads * headSize, 1, Integer.MAX_VALUE);
  }

  /** Creates the sizes of a model of text. */
  public ModelSizes(
      int blocks,
      int residual,
      int heads,
      int headSize,
      int ffn,
      int vocabulary,
      int positions,
      int tokenTypes) {
    this(
        blocks,
        residual,
        heads,
        headSize,
        ffn,
        vocabulary,
        positions,
        tokenTypes,
        Optional.empty());
  }

  static void within(String name, long value, long least, long most) {
    if (value < least || value > most) {
      throw new EspalierException(
          "%s is %d, but must be from %d to %d".formatted(name, value, least, most));
    }
  }

  /** Returns the width of all heads together. */
  int attention() {
    return heads * headSize;
  }

  /** Returns the sizes by the names of their dimensions; the number of blocks is not one. */
  Map<String, Integer> dimensions() {
    Map<String, Integer> dimensions = new TreeMap<>();
    dimensions.put(Dimensions.RESIDUAL, residual);
    dimensions.put(Dimensions.HEADS, heads);
    dimensions.put(Dimensions.HEAD_SIZE, headSize);
    dimensions.put(Dimensions.FFN, ffn);
    dimensions.put(Dimensions.POSITIONS, positions);
    if (image.isPresent()) {
      dimensions.put(Dimensions.PATCH, image.get().patch());
      dimensions.put(Dimensions.CHANNELS, image.get().channels());
      dimensions.put(Dimensions.CLASSES, image.get().classes());
    } else {
      dimensions.put(Dimensions.VOCABULARY, vocabulary);
    }
    if (tokenTypes > 0) {
      dimensions.put(Dimensions.TOKEN_TYPES, tokenTypes);
    }
    return dimensions;
  }
}
