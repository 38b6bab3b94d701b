package org.espalier.tf.family;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.espalier.api.EspalierException;

/** An architecture whose models Espalier builds from sizes. */
public enum Family {
  /**
   * BERT (Devlin et al., 2018): norms after the residual sums, token types, attention mask, and a
   * head for masked tokens.
   */
  BERT("bert", "encoder", 1e-12, 30522, 512, 2),

  /**
   * GPT-2 (Radford et al., 2019): norms before attention and feed-forward, causal, learned
   * positions.
   */
  GPT("gpt", "decoder", 1e-5, 50257, 1024, 0),

  /**
   * The vision transformer (Dosovitskiy et al., 2021) as DeiT trains it (Touvron et al., 2021):
   * patches of an image, a class token, norms before attention and feed-forward, and a classifier.
   */
  VIT("vit", "encoder", 1e-6, 0, 0, 0);

  private final String id;
  private final String stack;
  private final double normEpsilon;
  private final int vocabulary;
  private final int positions;
  private final int tokenTypes;

  Family(
      String id, String stack, double normEpsilon, int vocabulary, int positions, int tokenTypes) {
    this.id = id;
    this.stack = stack;
    this.normEpsilon = normEpsilon;
    this.vocabulary = vocabulary;
    this.positions = positions;
    this.tokenTypes = tokenTypes;
  }

  /** Returns the name that users write. */
  public String id() {
    return id;
  }

  /**
   * Returns the family of that name.
   *
   * @throws EspalierException if there is none
   */
  public static Family of(String id) {
    return Arrays.stream(values())
        .filter(family -> family.id.equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                new EspalierException(
                    "No model family '%s'; choose one of %s"
                        .formatted(
                            id,
                            Arrays.stream(values())
                                .map(Family::id)
                                .collect(Collectors.joining(", ")))));
  }

  /** Returns the name of the object that holds the blocks. */
  String stack() {
    return stack;
  }

  /** Returns the ε of the paper's code. */
  double normEpsilon() {
    return normEpsilon;
  }

  /** Returns whether its models take images, not tokens. */
  boolean takesImages() {
    return this == VIT;
  }

  /** Returns whether norms stand before attention and feed-forward. */
  boolean normsBefore() {
    return this != BERT;
  }

  /** Returns the size of the paper's vocabulary. */
  int vocabulary() {
    return vocabulary;
  }

  /** Returns the paper's longest sequence. */
  int positions() {
    return positions;
  }

  /** Returns the paper's number of token types; 0 if there are none. */
  int tokenTypes() {
    return tokenTypes;
  }
}
