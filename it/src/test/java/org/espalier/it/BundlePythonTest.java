package org.espalier.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.espalier.tf.bundle.BundleEntry;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.bundle.BundleWriter;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.tensorflow.proto.DataType;

@DisplayName("Checkpoints go from Python to Java and back")
class BundlePythonTest {
  private static final String SCRIPT = "bundle_roundtrip.py";

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "EXPORTERS")
  void everyKindOfCheckpoint(PythonEnvironment python) throws Exception {
    python.run(SCRIPT, "write", directory);
    List<Path> descriptions;
    try (var files = Files.list(directory)) {
      descriptions = files.filter(file -> file.toString().endsWith(".tsv")).sorted().toList();
    }
    assertThat(descriptions).hasSize(6);
    for (Path description : descriptions) {
      String name = description.getFileName().toString().replace(".tsv", "");
      try (BundleReader reader = BundleReader.open(directory.resolve(name))) {
        assertThat(describe(reader)).isEqualTo(Files.readString(description));
        writeTwice(reader, directory.resolve(name + "-java"));
      }
    }

    assertThat(python.run(SCRIPT, "check", directory)).contains("types 26").contains("objects 42");
  }

  /** Writes every tensor as a copy, and again from its values where Java knows the type. */
  private static void writeTwice(BundleReader reader, Path prefix) {
    BundleWriter writer = BundleWriter.create(prefix);
    for (BundleEntry entry : reader.entries().values()) {
      writer.copy(entry.key(), reader, entry.key());
      String again = "again/" + entry.key();
      switch (entry.dtype()) {
        case DT_STRING -> writer.addStrings(again, entry.shape(), reader.readStrings(entry.key()));
        case DT_VARIANT -> writer.copy(again, reader, entry.key());
        default -> writer.add(again, entry.dtype(), entry.shape(), reader.tensor(entry.key()));
      }
    }
    writer.write(2, bytes -> {});
  }

  private static String describe(BundleReader reader) {
    return reader.entries().values().stream()
        .map(
            entry ->
                String.join(
                    "\t",
                    HexFormat.of().formatHex(entry.key().getBytes(StandardCharsets.UTF_8)),
                    Integer.toString(entry.dtype().getNumber()),
                    entry.shape().stream().map(String::valueOf).collect(Collectors.joining(",")),
                    digest(reader, entry)))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private static String digest(BundleReader reader, BundleEntry entry) {
    if (entry.dtype() == DataType.DT_VARIANT) {
      return "-";
    }
    Hasher hasher = Hashing.sha256().newHasher();
    if (entry.dtype() == DataType.DT_STRING) {
      for (byte[] string : reader.readStrings(entry.key())) {
        hasher.putString(string.length + ":", StandardCharsets.US_ASCII).putBytes(string);
      }
    } else {
      reader.stream(entry.key(), (offset, chunk) -> hasher.putBytes(chunk));
    }
    return hasher.hash().toString();
  }
}
