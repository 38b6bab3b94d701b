package org.espalier.tf;

import com.google.common.hash.HashCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.MaskFile;
import org.espalier.tf.savedmodel.SavedModelDirectory;

/**
 * What names a model: the SHA-256, in hex digits, of {@code saved_model.pb}, the checkpoint's
 * index, which holds a checksum of each tensor, and the masks, if there are any.
 */
final class Fingerprint {
  private static final int BUFFER_BYTES = 1 << 16;

  private Fingerprint() {}

  /**
   * Returns the fingerprint of a model's files.
   *
   * @throws EspalierException if one cannot be read
   */
  static String of(Path model) {
    Path masks = model.resolve(MaskFile.FILE);
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      update(digest, model.resolve(SavedModelDirectory.GRAPH));
      update(digest, model.resolve(SavedModelDirectory.VARIABLES_PREFIX + ".index"));
      if (Files.exists(masks)) {
        update(digest, masks);
      }
      return HashCode.fromBytes(digest.digest()).toString();
    } catch (IOException e) {
      throw new EspalierException("Cannot read " + model + ": " + e.getMessage(), e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  private static void update(MessageDigest digest, Path file) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream in = Files.newInputStream(file)) {
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        digest.update(buffer, 0, read);
      }
    }
  }
}
