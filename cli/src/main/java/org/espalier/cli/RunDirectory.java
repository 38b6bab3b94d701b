package org.espalier.cli;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.espalier.api.EspalierException;

/**
 * Where a run goes.
 *
 * @param path the directory
 * @param resume whether an earlier run in it goes on
 */
record RunDirectory(Path path, boolean resume) {
  private static final Path DEFAULT_PARENT = Path.of("runs");

  /**
   * Returns the directory of a run.
   *
   * <p>Without {@code out} it is {@code runs/NAME}, or {@code runs/NAME-2} and so on where that
   * exists; to resume, the last of these. Where there is nothing to resume yet the run starts: the
   * earlier one may have been ended before it wrote anything.
   *
   * @throws EspalierException if {@code out} exists and is not to be resumed
   */
  static RunDirectory choose(Optional<Path> out, String name, boolean resume) {
    if (out.isPresent()) {
      boolean exists = Files.exists(out.get(), LinkOption.NOFOLLOW_LINKS);
      if (exists && !resume) {
        throw new EspalierException(
            "--out " + out.get() + " exists; go on with --resume, or name another");
      }
      return new RunDirectory(out.get(), exists);
    }
    return numbered(DEFAULT_PARENT, name, resume);
  }

  /** Returns the first free directory of that name in {@code parent}, or the last taken. */
  static RunDirectory numbered(Path parent, String name, boolean resume) {
    int number = 1;
    while (Files.exists(path(parent, name, number), LinkOption.NOFOLLOW_LINKS)) {
      number++;
    }
    return resume && number > 1
        ? new RunDirectory(path(parent, name, number - 1), true)
        : new RunDirectory(path(parent, name, number), false);
  }

  private static Path path(Path parent, String name, int number) {
    return parent.resolve(number == 1 ? name : name + "-" + number);
  }
}
