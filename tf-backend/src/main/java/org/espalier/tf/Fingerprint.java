package org.espalier.tf;

import com.google.common.hash.Funnels;
import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.espalier.api.EspalierException;
import org.espalier.tf.savedmodel.MaskFile;
import org.espalier.tf.savedmodel.SavedModelDirectory;

/** Names a model by its graph, the checksums of its weights, and its masks. */
final class Fingerprint {
  private Fingerprint() {}

  static String of(Path model) {
    Hasher hasher = Hashing.sha256().newHasher();
    Path index = model.resolve(SavedModelDirectory.VARIABLES_PREFIX + ".index");
    Path masks = model.resolve(MaskFile.FILE);
    try (OutputStream sink = Funnels.asOutputStream(hasher)) {
      Files.copy(model.resolve("saved_model.pb"), sink);
      Files.copy(index, sink);
      if (Files.exists(masks)) {
        Files.copy(masks, sink);
      }
    } catch (IOException e) {
      throw new EspalierException("Cannot read " + model + ": " + e.getMessage(), e);
    }
    return hasher.hash().toString();
  }
}
