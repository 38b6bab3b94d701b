package org.espalier.tf.bundle;

import java.nio.ByteBuffer;

/**
 * Follows the content of one tensor as it is read from first byte to last, and computes the
 * checksum that the index should have stored.
 */
interface ContentCheck {
  /**
   * Takes the next bytes, all that remain in {@code chunk}.
   *
   * @throws DamagedContentException if they cannot belong to the tensor
   */
  void update(ByteBuffer chunk) throws DamagedContentException;

  /**
   * Returns the CRC32C after the last byte, unmasked.
   *
   * @throws DamagedContentException if bytes are missing
   */
  int finish() throws DamagedContentException;

  /** Returns the check that an entry's element type calls for. */
  static ContentCheck of(BundleEntry entry) {
    return switch (entry.dtype()) {
      case DT_STRING -> new StringCheck(entry.elements());
      case DT_VARIANT -> new VariantCheck(entry.elements());
      default -> new PlainCheck();
    };
  }
}
