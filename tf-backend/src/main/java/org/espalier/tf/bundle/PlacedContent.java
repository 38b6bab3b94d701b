package org.espalier.tf.bundle;

/** A content at its place in a data file, cut into chunks. */
final class PlacedContent {
  private final Content content;
  private final long offset;
  private final int[] chunkCrcs;

  /** Places a content at a byte of the file. */
  PlacedContent(Content content, long offset) {
    this.content = content;
    this.offset = offset;
    long chunks = (content.size() + BufferPool.CHUNK_BYTES - 1) / BufferPool.CHUNK_BYTES;
    this.chunkCrcs = new int[Math.toIntExact(chunks)];
  }

  Content content() {
    return content;
  }

  long offset() {
    return offset;
  }

  int chunks() {
    return chunkCrcs.length;
  }

  int chunkBytes(int chunk) {
    return (int) Math.min(BufferPool.CHUNK_BYTES, content.size() - chunkOffset(chunk));
  }

  /** Returns where a chunk starts in the content. */
  long chunkOffset(int chunk) {
    return (long) chunk * BufferPool.CHUNK_BYTES;
  }

  /** Records the CRC32C of a chunk; each chunk is one thread's. */
  void chunkCrc(int chunk, int crc) {
    chunkCrcs[chunk] = crc;
  }

  /** Returns the CRC32C for the entries, once every chunk is recorded. */
  int seal() {
    int crc = 0;
    for (int chunk = 0; chunk < chunkCrcs.length; chunk++) {
      crc = CrcChain.join(crc, chunkCrcs[chunk], chunkBytes(chunk));
    }
    return content.seal(crc);
  }
}
