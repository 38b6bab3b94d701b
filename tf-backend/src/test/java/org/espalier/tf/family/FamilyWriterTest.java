package org.espalier.tf.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.api.EspalierException;
import org.espalier.tf.bundle.BundleReader;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("First values, and writing them")
class FamilyWriterTest {
  @TempDir private Path directory;

  @Test
  void theSameSeedGivesTheSameBytesWithAnyNumberOfThreads() throws IOException {
    Map<String, HashCode> one = write("one", 7, 1);
    assertThat(write("three", 7, 3)).isEqualTo(one);
    assertThat(write("other", 8, 1)).isNotEqualTo(one);
    assertThat(one.keySet())
        .containsExactlyInAnyOrder(
            "saved_model.pb",
            "variables/variables.data-00000-of-00001",
            "variables/variables.index",
            "assets.extra/note");
  }

  @Test
  void anExistingTargetIsRefused() throws IOException {
    Path target = Files.createDirectory(directory.resolve("there"));
    FamilyModel model = SmallModels.build("gpt", 1, "");
    assertThatThrownBy(() -> FamilyWriter.write(model, 0, target, 1, staging -> {}, bytes -> {}))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("exists already");
    assertThat(target).isEmptyDirectory();
  }

  @Test
  void aFailureLeavesNothing() {
    FamilyModel model = SmallModels.build("gpt", 1, "");
    assertThatThrownBy(
            () ->
                FamilyWriter.write(
                    model,
                    0,
                    directory.resolve("new"),
                    1,
                    staging -> {
                      throw new IOException("disk full");
                    },
                    bytes -> {}))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("disk full");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void valuesAreThoseOfThePapers() throws IOException {
    write("gpt", 1, 2);
    try (BundleReader reader =
        BundleReader.open(directory.resolve("gpt").resolve("variables/variables"))) {
      assertThat(reader.entries()).hasSize(1 + SmallModels.build("gpt", 2, "").variables().size());
    }
    double[] table = values("bert", 1, "", "embeddings/word/table");
    assertThat(deviation(table)).isCloseTo(0.02 * 0.88, within(0.002));
    assertThat(Arrays.stream(table).map(Math::abs).max()).hasValueCloseTo(0.04, within(0.001));
    assertThat(Arrays.stream(table).map(Math::abs)).allMatch(value -> value <= 0.04);
    String kernel = "decoder/layer/1/ffn/output/kernel";
    assertThat(deviation(values("gpt", 2, "ffn=200", kernel)))
        .isCloseTo(0.02 / Math.sqrt(4), within(0.001));
    assertThat(deviation(values("gpt", 8, "ffn=200", kernel)))
        .isCloseTo(0.02 / Math.sqrt(16), within(0.0005));
    assertThat(values("bert", 1, "", "encoder/layer/0/ffn/norm/scale")).containsOnly(1);
    assertThat(values("bert", 1, "", "encoder/layer/0/ffn/norm/offset")).containsOnly(0);
    assertThat(values("bert", 1, "", "head/bias")).containsOnly(0);
  }

  @Test
  void aVariablesValuesDoNotDependOnTheOthers() {
    String kernel = "encoder/layer/0/ffn/input/kernel";
    assertThat(values("bert", 1, "", kernel)).isEqualTo(values("bert", 3, "positions=5", kernel));
    assertThat(values("bert", 1, "", kernel))
        .isNotEqualTo(values("bert", 2, "", kernel.replace("/0/", "/1/")));
  }

  @Test
  void partsOfAVariableAreThoseOfTheWhole() {
    FamilyVariable table = SmallModels.build("gpt", 1, "").variables().get(0);
    InitialValues initial = new InitialValues(3);
    ByteBuffer whole = ByteBuffer.allocate((int) table.parameter().bytes());
    initial.fill(table, 0, whole.order(ByteOrder.LITTLE_ENDIAN));
    ByteBuffer part = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
    initial.fill(table, 100, part);
    assertThat(part.flip()).isEqualTo(whole.flip().slice(100, 40));
  }

  private Map<String, HashCode> write(String name, long seed, int threads) throws IOException {
    Path target = directory.resolve(name);
    FamilyWriter.write(
        SmallModels.build("gpt", 2, ""),
        seed,
        target,
        threads,
        staging ->
            Files.writeString(
                Files.createDirectory(staging.resolve("assets.extra")).resolve("note"), "beside"),
        bytes -> {});
    Map<String, HashCode> hashes = new TreeMap<>();
    try (Stream<Path> files = Files.walk(target)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        hashes.put(
            target.relativize(file).toString().replace('\\', '/'),
            Hashing.sha256().hashBytes(Files.readAllBytes(file)));
      }
    }
    return hashes;
  }

  private static double[] values(String family, int blocks, String more, String path) {
    FamilyVariable variable =
        SmallModels.build(family, blocks, more.isEmpty() ? "residual=30" : "residual=30;" + more)
            .variables()
            .stream()
            .filter(candidate -> candidate.path().equals(path))
            .findFirst()
            .orElseThrow();
    ByteBuffer bytes =
        ByteBuffer.allocate((int) variable.parameter().bytes()).order(ByteOrder.LITTLE_ENDIAN);
    new InitialValues(5).fill(variable, 0, bytes);
    var floats = bytes.flip().asFloatBuffer();
    return IntStream.range(0, floats.remaining()).mapToDouble(floats::get).toArray();
  }

  private static double deviation(double[] values) {
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    double squares =
        IntStream.range(0, values.length).mapToDouble(i -> Math.pow(values[i] - mean, 2)).sum();
    return Math.sqrt(squares / values.length);
  }
}
