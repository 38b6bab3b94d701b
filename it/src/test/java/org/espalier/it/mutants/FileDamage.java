package org.espalier.it.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** What disks and transfers do to a file, whatever it holds. */
final class FileDamage {
  private static final int LONGEST_RANGE = 200;
  private static final int MOST_BITS = 3;

  private FileDamage() {}

  /** Flips one to three bits. */
  static void flipBits(Path file, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (int i = random.nextInt(MOST_BITS); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    Files.write(file, bytes);
  }

  /** Cuts the end off, or takes a range out. */
  static void cut(Path file, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int start = random.nextInt(bytes.length);
    int end =
        random.nextBoolean()
            ? bytes.length
            : Math.min(bytes.length, start + 1 + random.nextInt(LONGEST_RANGE));
    byte[] left = Arrays.copyOf(bytes, bytes.length - (end - start));
    System.arraycopy(bytes, end, left, start, bytes.length - end);
    Files.write(file, left);
  }

  /** Fills a range with zeros or with noise. */
  static void overwrite(Path file, Random random) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int start = random.nextInt(bytes.length);
    byte[] range = new byte[Math.min(bytes.length - start, 1 + random.nextInt(LONGEST_RANGE))];
    if (random.nextBoolean()) {
      random.nextBytes(range);
    }
    System.arraycopy(range, 0, bytes, start, range.length);
    Files.write(file, bytes);
  }

  /** Returns one of the model's files. */
  static Path any(SavedModelFiles model, Random random) {
    List<Path> files = new ArrayList<>(List.of(model.graph(), model.index(), model.shard()));
    for (Path extra : List.of(model.record(), model.masks())) {
      if (Files.exists(extra)) {
        files.add(extra);
      }
    }
    return files.get(random.nextInt(files.size()));
  }
}
