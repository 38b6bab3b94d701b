package org.espalier.api;

import java.util.OptionalDouble;

/**
 * What an operator may need to know of a model beside its parameters.
 *
 * @param norm where the norms of a block stand
 * @param normEpsilon the ε of the norms, if known
 * @param activation the activation of the feed-forward layers
 * @param tiedHead whether the token logits are made with the token table
 * @param causal whether a position sees only those before it
 */
public record ModelAttributes(
    NormPlacement norm,
    OptionalDouble normEpsilon,
    Activation activation,
    boolean tiedHead,
    boolean causal) {

  /** Where the norms of a block stand. */
  public enum NormPlacement {
    /** Before attention and feed-forward, as in GPT-2. */
    PRE,
    /** After the residual sum, as in BERT. */
    POST,
    /** Not recognised. */
    UNKNOWN
  }

  /** The activation of the feed-forward layers. */
  public enum Activation {
    /** x·Φ(x). */
    GELU,
    /** GELU by the tanh approximation. */
    GELU_TANH,
    /** max(0, x). */
    RELU,
    /** Not recognised. */
    UNKNOWN
  }

  /** Attributes of a model of which only the structure is known. */
  public static final ModelAttributes UNKNOWN =
      new ModelAttributes(
          NormPlacement.UNKNOWN, OptionalDouble.empty(), Activation.UNKNOWN, false, false);

  /** Checks ε. */
  public ModelAttributes {
    if (normEpsilon.isPresent() && !(normEpsilon.getAsDouble() > 0)) {
      throw new IllegalArgumentException(
          "norm epsilon must be above 0, not " + normEpsilon.getAsDouble());
    }
  }

  /** Returns these attributes with another ε. */
  public ModelAttributes withNormEpsilon(double epsilon) {
    return new ModelAttributes(norm, OptionalDouble.of(epsilon), activation, tiedHead, causal);
  }
}
