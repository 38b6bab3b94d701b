package org.espalier.api;

/** Where the numbers of a rule come from. */
public sealed interface TensorSource {

  /**
   * A parameter of the model that grows.
   *
   * @param parameter its name, with the block's number filled in
   */
  record FromModel(String parameter) implements TensorSource {}

  /**
   * A parameter of a second model.
   *
   * @param reference the name of the reference in the request
   * @param parameter its name in that model
   */
  record FromReference(String reference, String parameter) implements TensorSource {}

  /**
   * The mask of a parameter of the model that grows: its grid of zeros and ones. Only rules of
   * masks take it.
   *
   * @param parameter its name, with the block's number filled in
   */
  record FromMask(String parameter) implements TensorSource {}

  /**
   * Seeded random numbers of the shape that the term needs.
   *
   * @param initializer the distribution
   * @param seed which numbers of the distribution
   */
  record Random(Initializer initializer, long seed) implements TensorSource {}

  /** Returns the source that is {@code parameter} of the growing model. */
  static TensorSource model(String parameter) {
    return new FromModel(parameter);
  }
}
