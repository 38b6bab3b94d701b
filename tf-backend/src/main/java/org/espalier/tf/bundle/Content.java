package org.espalier.tf.bundle;

import java.util.function.IntUnaryOperator;
import org.espalier.api.EspalierException;

/** Bytes to be written once, for one or more entries. Two are equal only if they are the same. */
final class Content {
  private final long size;
  private final TensorBytes source;
  private final IntUnaryOperator seal;

  private Content(long size, TensorBytes source, IntUnaryOperator seal) {
    this.size = size;
    this.source = source;
    this.seal = seal;
  }

  /** New bytes, whose entries store the checksum found while writing. */
  static Content of(long size, TensorBytes source) {
    return new Content(size, source, crc -> crc);
  }

  /** The stored form of strings, whose checksum is not that of its bytes. */
  static Content of(StringTensor strings) {
    TensorBytes source =
        (offset, target) -> {
          int from = Math.toIntExact(offset);
          target.put(
              strings.bytes().substring(from, from + target.remaining()).asReadOnlyByteBuffer());
        };
    return new Content(strings.bytes().size(), source, crc -> strings.crc());
  }

  /** The bytes of an entry of another bundle; sealing fails if they were damaged on the way. */
  static Content copy(BundleReader reader, BundleEntry entry) {
    if (entry.sliced()) {
      return of(entry.size(), reader.tensor(entry.key()));
    }
    boolean plain = ElementSize.of(entry.dtype()).isPresent();
    int expected = plain ? entry.crc() : reader.storedBytesCrc(entry);
    return new Content(
        entry.size(),
        (offset, target) -> reader.readUnchecked(entry, offset, target),
        crc -> {
          if (crc != expected) {
            throw plain ? reader.mismatch(entry, crc) : changed(entry);
          }
          return entry.crc();
        });
  }

  private static EspalierException changed(BundleEntry entry) {
    return new EspalierException("Tensor '" + entry.key() + "' changed while it was copied");
  }

  /** Returns how many bytes there are. */
  long size() {
    return size;
  }

  /** Returns where the bytes come from. */
  TensorBytes source() {
    return source;
  }

  /**
   * Returns the checksum that entries store for bytes whose CRC32C is {@code crc}.
   *
   * @throws EspalierException if these are not the bytes expected
   */
  int seal(int crc) {
    return seal.applyAsInt(crc);
  }
}
