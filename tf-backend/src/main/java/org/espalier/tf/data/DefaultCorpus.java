package org.espalier.tf.data;

import com.google.common.io.ByteStreams;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.espalier.api.EspalierException;

/**
 * The text to train on where none is given: this project's own documentation and source text.
 *
 * <p>The build packs it into the jar, files sorted by path, so it changes as the sources do.
 */
public final class DefaultCorpus {
  /** How much of the text is used. */
  private static final long MAX_BYTES = 3_000_000;

  private static final String RESOURCE = "corpus.txt.gz";

  private DefaultCorpus() {}

  /**
   * Opens the text, UTF-8; the caller closes it.
   *
   * @throws EspalierException when the classes were built without it
   */
  public static InputStream open() {
    InputStream packed = DefaultCorpus.class.getResourceAsStream(RESOURCE);
    if (packed == null) {
      throw new EspalierException(
          "the default corpus is not on the class path: build with Maven, or name a text file");
    }
    try {
      return ByteStreams.limit(new GZIPInputStream(packed), MAX_BYTES);
    } catch (IOException e) {
      throw new EspalierException("the default corpus is damaged: " + e.getMessage(), e);
    }
  }

  /** The tokens of the text; the caller closes the store. */
  public static TokenStore tokens(Tokenizer tokenizer) {
    try (InputStream text = open()) {
      return TextFiles.tokenize("the default corpus", text, tokenizer);
    } catch (IOException e) {
      throw new EspalierException("the default corpus is damaged: " + e.getMessage(), e);
    }
  }
}
