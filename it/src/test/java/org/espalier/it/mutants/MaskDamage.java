package org.espalier.it.mutants;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Changes numbers in the file of a sparse model's masks; its checksum is right. */
final class MaskDamage {
  private static final int MAGIC = 8;

  private MaskDamage() {}

  static void change(Path masks, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(masks);
    ByteBuffer content = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int end = bytes.length - Integer.BYTES;
    // The count and the first name's length stand first; what follows has many numbers.
    int at =
        random.nextInt(3) == 0
            ? MAGIC + Integer.BYTES * random.nextInt(2)
            : random.nextInt(end - 8);
    if (random.nextBoolean()) {
      content.putInt(at, (int) ProtoChange.Numbers.any(random));
    } else {
      content.putLong(at, ProtoChange.Numbers.any(random));
    }
    content.putInt(end, Hashing.crc32c().hashBytes(bytes, 0, end).asInt());
    Files.write(masks, bytes);
  }
}
