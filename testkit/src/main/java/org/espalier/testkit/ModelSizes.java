package org.espalier.testkit;

import java.util.Map;
import java.util.TreeMap;

/**
 * The sizes of a model to be tested with.
 *
 * @param blocks number of blocks
 * @param residual width of the residual stream
 * @param heads attention heads of a block
 * @param headSize width of a head
 * @param ffn width of the feed-forward layer
 */
public record ModelSizes(int blocks, int residual, int heads, int headSize, int ffn) {
  private static final int VOCABULARY = 11;
  private static final int POSITIONS = 6;
  private static final int TOKEN_TYPES = 2;
  private static final int CLASSES = 3;

  /** Returns the sizes of a model whose heads together are as wide as its residual stream. */
  public static ModelSizes of(int blocks, int heads, int headSize, int ffn) {
    return new ModelSizes(blocks, heads * headSize, heads, headSize, ffn);
  }

  /** Returns the dimensions of a model that reads text. */
  Map<String, Integer> textDimensions(boolean tokenTypes) {
    Map<String, Integer> sizes = common();
    sizes.put("vocabulary", VOCABULARY);
    if (tokenTypes) {
      sizes.put("token_types", TOKEN_TYPES);
    }
    return sizes;
  }

  /** Returns the dimensions of a model that reads images. */
  Map<String, Integer> imageDimensions() {
    Map<String, Integer> sizes = common();
    sizes.put("classes", CLASSES);
    return sizes;
  }

  private Map<String, Integer> common() {
    Map<String, Integer> sizes = new TreeMap<>();
    sizes.put("residual", residual);
    sizes.put("heads", heads);
    sizes.put("head_size", headSize);
    sizes.put("ffn", ffn);
    sizes.put("positions", POSITIONS);
    return sizes;
  }
}
