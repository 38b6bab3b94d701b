package org.espalier.tf.data;

import java.io.Closeable;
import org.espalier.api.EspalierException;

/**
 * What models are trained and measured on: text, masked sequences, or labelled images. The caller
 * closes it.
 */
public sealed interface Corpus extends Closeable permits TokenStore, PretrainingStore, ImageStore {
  /** SHA-256, in hexadecimal, of all that is in it. */
  String fingerprint();

  /**
   * Holds out a part, which shares nothing with the rest.
   *
   * @throws EspalierException when the fraction is not strictly between 0 and 1, or a part is empty
   */
  CorpusSplit split(double heldOutFraction);

  @Override
  void close();
}
