package org.espalier.tf.bundle;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.espalier.api.EspalierException;

/**
 * One tensor of an open bundle, read by position after its checksum was verified.
 *
 * <p>The first read goes through the whole tensor once to verify it, in bounded memory. Thread-safe
 * while the reader that made it is open.
 */
public final class VerifiedTensor implements TensorBytes {
  private final BundleReader reader;
  private final BundleEntry entry;
  private boolean verified;

  VerifiedTensor(BundleReader reader, BundleEntry entry) {
    this.reader = reader;
    this.entry = entry;
  }

  /** Returns what the tensor is. */
  public BundleEntry entry() {
    return entry;
  }

  /**
   * {@inheritDoc}
   *
   * @throws EspalierException if the tensor is damaged
   */
  @Override
  public void fill(long offset, ByteBuffer target) throws IOException {
    verify();
    reader.readUnchecked(entry, offset, target);
  }

  private synchronized void verify() {
    if (!verified) {
      reader.ensureVerified(entry);
      verified = true;
    }
  }
}
