package org.espalier.tf.savedmodel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.espalier.api.EspalierException;
import org.espalier.api.Mask;
import org.espalier.api.MaskSpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MaskFileTest {
  private static final Map<String, Mask> MASKS =
      Map.of(
          "encoder/layer/0/q", Mask.of(new MaskSpec(16, 24, 1, 0), i -> i % 10 == 3),
          "encoder/layer/1/ü", Mask.of(new MaskSpec(16, 24, 8, 0), i -> i == 5));

  @TempDir private Path directory;
  private Path file;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("masks.bin");
    MaskFile.write(file, MASKS);
  }

  @Test
  void masksComeBackAsTheyWere() {
    assertThat(MaskFile.read(file)).isEqualTo(MASKS);
    assertThat(MaskFile.read(directory.resolve("none"))).isEmpty();
  }

  @Test
  void everyDamagedByteIsNoticed() throws IOException {
    byte[] sound = Files.readAllBytes(file);
    for (int i = 0; i < sound.length; i++) {
      byte[] damaged = sound.clone();
      damaged[i] ^= 0x10;
      refused(damaged);
    }
  }

  @Test
  void nonsenseWithTheRightChecksumIsRefused() throws IOException {
    byte[] sound = Files.readAllBytes(file);
    Random random = new Random(1);
    int refused = 0;
    for (int i = 0; i < 2000; i++) {
      byte[] other = sound.clone();
      // Counts, lengths and sizes; a bit of the pattern, flipped, breaks the count of blocks.
      other[8 + random.nextInt(other.length - 12)] = (byte) random.nextInt(256);
      if (!Arrays.equals(other, sound)) {
        ByteBuffer.wrap(other)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(
                other.length - 4, Hashing.crc32c().hashBytes(other, 0, other.length - 4).asInt());
        Files.write(file, other);
        try {
          MaskFile.read(file);
        } catch (EspalierException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isGreaterThan(500);
    refused(new byte[3]);
    refused(Arrays.copyOf(sound, sound.length - 9));
  }

  private void refused(byte[] content) throws IOException {
    Files.write(file, content);
    assertThatThrownBy(() -> MaskFile.read(file))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("masks.bin is damaged");
  }
}
