package org.espalier.tf.data;

/** Says what is wrong with a file of images, as the end of a sentence that names it. */
final class MalformedImagesException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedImagesException(String message) {
    super(message);
  }
}
