package org.espalier.tf.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.Test;

class StoredBytesTest {
  @Test
  void givesBackWhatWasKeptAndSaysWhatIsCutShort() {
    try (StoredBytes bytes = new StoredBytes("the notes of a", StoredBytes.temporary("notes"))) {
      StoredBytes.append(bytes.channel(), ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), "notes");
      StoredBytes.append(bytes.channel(), ByteBuffer.wrap(new byte[] {5, 6}), "notes");
      ByteBuffer found = ByteBuffer.allocate(3);
      bytes.read(2, found);
      assertThat(found).isEqualTo(ByteBuffer.wrap(new byte[] {3, 4, 5}));
      assertThatThrownBy(() -> bytes.read(2, ByteBuffer.allocate(8)))
          .isInstanceOf(EspalierException.class)
          .hasMessage("cannot read the notes of a: it was cut short while in use");
    }
  }
}
