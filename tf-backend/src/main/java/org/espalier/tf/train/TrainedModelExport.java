package org.espalier.tf.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Writes a trained model: new variables beside what its start model has, byte for byte.
 *
 * <p>{@code fingerprint.pb} is left out, because it would name the old variables.
 */
final class TrainedModelExport {
  private static final List<String> FILES = List.of("saved_model.pb", "keras_metadata.pb");
  private static final List<String> FOLDERS = List.of("assets", "assets.extra");

  private TrainedModelExport() {}

  static void write(Path start, TrainerTensors tensors, Path target) {
    AtomicDirectory.write(
        target,
        folder -> {
          tensors.export(Files.createDirectory(folder.resolve("variables")));
          for (String name : FOLDERS) {
            copyFolder(start, name, folder);
          }
          for (String name : FILES) {
            if (Files.isRegularFile(start.resolve(name))) {
              Files.copy(start.resolve(name), folder.resolve(name));
            }
          }
        });
  }

  private static void copyFolder(Path start, String name, Path folder) throws IOException {
    Path from = start.resolve(name);
    if (!Files.isDirectory(from)) {
      return;
    }
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.sorted().toList()) {
        Path to = folder.resolve(start.relativize(file).toString());
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          Files.createDirectories(to);
        } else {
          Files.copy(file, to);
        }
      }
    }
  }
}
