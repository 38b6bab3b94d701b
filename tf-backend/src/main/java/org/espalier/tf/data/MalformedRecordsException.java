package org.espalier.tf.data;

/** Says what is wrong with a TFRecord file or a record, as the end of a sentence that names it. */
final class MalformedRecordsException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedRecordsException(String message) {
    super(message);
  }
}
