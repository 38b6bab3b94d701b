package org.espalier.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.espalier.api.EspalierException;

/** Checks where a command may write, before any work is done. */
final class Destination {
  private Destination() {}

  /**
   * Returns {@code out} if nothing is there and it lies in none of {@code inputs}.
   *
   * @throws EspalierException otherwise
   */
  static Path fresh(Path out, Iterable<Path> inputs) {
    if (Files.exists(out, LinkOption.NOFOLLOW_LINKS)) {
      throw new EspalierException("--out " + out + " exists; remove it or name another");
    }
    for (Path input : inputs) {
      if (Files.isDirectory(input) && real(out).startsWith(real(input))) {
        throw new EspalierException(
            "--out %s is inside the input %s, which is never written to; name a place outside"
                .formatted(out, input));
      }
    }
    return out;
  }

  /** Returns {@code path} without symbolic links, as far as it exists. */
  private static Path real(Path path) {
    Path there = path.toAbsolutePath().normalize();
    Path rest = there.getFileSystem().getPath("");
    try {
      while (!Files.exists(there) && there.getParent() != null) {
        rest = there.getFileName().resolve(rest);
        there = there.getParent();
      }
      return there.toRealPath().resolve(rest).normalize();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
