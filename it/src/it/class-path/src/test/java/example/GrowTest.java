package example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.espalier.tf.Espalier;
import org.espalier.tf.Model;
import org.espalier.tf.Verification;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GrowTest {
  @Test
  void growsFromTheclassPath(@TempDir Path directory) {
    Verification same = Grow.grow(directory);
    assertEquals(0, same.maxDifference());
    assertTrue(same.logitDeviation() > 0, "logits are not all equal");
    try (Model large = Espalier.open(directory.resolve("large"))) {
      assertEquals(4, large.spec().blocks());
      assertEquals("stack", large.lineage().growths().get(0).operator());
    }
    assertEquals(
        false, Espalier.class.getModule().isNamed(), "on the class-path");
  }
}
