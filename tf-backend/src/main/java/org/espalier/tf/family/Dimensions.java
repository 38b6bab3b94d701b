package org.espalier.tf.family;

/** The names of the dimensions of our own models. */
final class Dimensions {
  static final String RESIDUAL = "residual";
  static final String HEADS = "heads";
  static final String HEAD_SIZE = "head_size";
  static final String FFN = "ffn";
  static final String VOCABULARY = "vocabulary";
  static final String POSITIONS = "positions";
  static final String PATCH = "patch";
  static final String CHANNELS = "channels";
  static final String CLASSES = "classes";
  static final String TOKEN_TYPES = "token_types";

  private Dimensions() {}
}
