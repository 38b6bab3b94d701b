package org.espalier.tf.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.api.Growth;
import org.espalier.api.Lineage;
import org.espalier.tf.savedmodel.MaskFile;
import org.espalier.tf.savedmodel.ModelRecord;

/**
 * Writes a trained model: new variables, and masks and lineage where they changed, beside what its
 * start model has, byte for byte.
 *
 * <p>{@code fingerprint.pb} is left out, because it would name the old variables.
 */
final class TrainedModelExport {
  private static final List<String> FILES = List.of("saved_model.pb", "keras_metadata.pb");
  private static final List<String> FOLDERS = List.of("assets", "assets.extra");

  private final TrainableModel start;
  private final TrainerTensors tensors;
  private final List<Growth> growths;

  /**
   * Writes what {@code tensors} hold.
   *
   * @param start the model that the stage started with
   * @param growths what operators did in the stage
   */
  TrainedModelExport(TrainableModel start, TrainerTensors tensors, List<Growth> growths) {
    this.start = start;
    this.tensors = tensors;
    this.growths = growths;
  }

  void write(Path target) {
    AtomicDirectory.write(
        target,
        folder -> {
          tensors.export(Files.createDirectory(folder.resolve("variables")));
          for (String name : FOLDERS) {
            copyFolder(start.directory(), name, folder);
          }
          for (String name : FILES) {
            if (Files.isRegularFile(start.directory().resolve(name))) {
              Files.copy(start.directory().resolve(name), folder.resolve(name));
            }
          }
          writeRecord(folder);
        });
  }

  private void writeRecord(Path folder) throws IOException {
    if (!tensors.masks().all().isEmpty()) {
      MaskFile.write(folder.resolve(MaskFile.FILE), tensors.masks().all());
    }
    if (!growths.isEmpty()) {
      ModelRecord record =
          ModelRecord.read(start.directory())
              .orElse(new ModelRecord(start.spec(), Lineage.empty()));
      Lineage lineage = record.lineage();
      for (Growth growth : growths) {
        lineage = lineage.with(growth);
      }
      // The graph stays, and with it the mark of who built it.
      new ModelRecord(start.spec(), lineage, record.built()).write(folder);
    }
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
