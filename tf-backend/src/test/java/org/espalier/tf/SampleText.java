package org.espalier.tf;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A text that small runs train on: lines that differ, of few characters. */
public final class SampleText {
  private SampleText() {}

  /** Writes it into a directory and returns where. */
  public static Path write(Path directory) throws IOException {
    return Files.writeString(
        directory.resolve("text"),
        IntStream.range(0, 400)
            .mapToObj(i -> "line " + i * i + "\n")
            .collect(Collectors.joining()));
  }
}
