package org.espalier.tf.data;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;

/** Reads TFRecord files of masked sequences, with the errors that a user's paths can cause. */
final class PretrainingFiles {
  private PretrainingFiles() {}

  static boolean isAmong(List<Path> files) {
    return expand(files).stream().anyMatch(TextFiles::isTfRecord);
  }

  static PretrainingStore read(List<Path> named) {
    List<Path> files = expand(named);
    if (files.isEmpty()) {
      throw new EspalierException(
          "no TFRecord file is there: name files of masked sequences, or a directory that has some");
    }
    FileChannel channel = null;
    try {
      channel = StoredBytes.temporary(PretrainingWriter.KIND);
      PretrainingWriter writer = new PretrainingWriter(channel);
      for (Path file : files) {
        add(file, writer);
      }
      String name = files.size() == 1 ? files.get(0).toString() : files.size() + " TFRecord files";
      PretrainingStore store = writer.finish(name);
      if (store.predictions() == 0) {
        throw new EspalierException(
            name
                + " asks for no token, as every masked_lm_weight is 0: write it with tokens to predict");
      }
      channel = null;
      return store;
    } finally {
      TextFiles.closeQuietly(channel);
    }
  }

  /** Directories become the files in them. */
  private static List<Path> expand(List<Path> named) {
    List<Path> files = new ArrayList<>();
    for (Path path : named) {
      if (Files.isDirectory(path)) {
        try (Stream<Path> children = Files.list(path)) {
          children.filter(PretrainingFiles::isData).sorted().forEach(files::add);
        } catch (IOException e) {
          throw TextFiles.unreadable(path, e);
        }
      } else {
        TextFiles.checkReadable(path);
        files.add(path);
      }
    }
    return files;
  }

  /** Leaves out what tools leave beside their output, as {@code _SUCCESS}. */
  private static boolean isData(Path file) {
    String name = file.getFileName().toString();
    return Files.isRegularFile(file) && !name.startsWith(".") && !name.startsWith("_");
  }

  private static void add(Path file, PretrainingWriter writer) {
    try (TfRecords records = TfRecords.open(file)) {
      long number = 0;
      for (byte[] record = records.next(); record != null; record = records.next()) {
        number++;
        add(file, number, record, writer);
      }
    } catch (MalformedRecordsException e) {
      throw new EspalierException(
          "%s %s; write it again, with create_pretraining_data.py or 'espalier data --format tfrecord'"
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      throw TextFiles.unreadable(file, e);
    }
  }

  private static void add(Path file, long number, byte[] record, PretrainingWriter writer) {
    String where = "record %,d of %s".formatted(number, file);
    try {
      writer.add(PretrainingExample.parse(record), where);
    } catch (MalformedRecordsException e) {
      throw new EspalierException("%s: record %,d %s".formatted(file, number, e.getMessage()), e);
    }
  }
}
