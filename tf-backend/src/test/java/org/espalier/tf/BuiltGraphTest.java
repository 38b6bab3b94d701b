package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.ModelRequest;
import org.espalier.tf.savedmodel.ModelRecord;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions are compared node by node in {@link org.espalier.tf.graph.FamilyDepthTest}. */
@DisplayName("Growth that knows the graph by its mark is growth that reads the graph")
class BuiltGraphTest {
  private static final String MARK = "\"built\"";

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({"bert,5", "gpt,5", "vit,5", "bert,1", "bert,2"})
  void bothWaysGiveTheSameModel(String family, int blocks) throws IOException {
    Path small = init(family);
    Path marked = grow(small, blocks, "marked");
    unmark(small);
    Path read = grow(small, blocks, "read");

    try (Model one = Espalier.open(marked);
        Model other = Espalier.open(read)) {
      assertThat(one.built()).isPresent();
      assertThat(other.built()).isEmpty();
      assertThat(one.spec()).isEqualTo(other.spec());
      assertThat(one.signatures()).isEqualTo(other.signatures());
      assertThat(stored(one)).isEqualTo(stored(other));
      assertThat(one.variables().keys()).isEqualTo(other.variables().keys());
      assertThat(one.compare(other, Device.CPU).maxDifference()).isZero();
    }
  }

  @Test
  void marksWhatItMakesSoThatGrowthGoesOn() throws IOException {
    Path small = init("gpt");
    Path grown = grow(grow(small, 4, "first"), 3, "second");
    String record = Files.readString(grown.resolve(ModelRecord.FILE));
    assertThat(record).contains(MARK).contains("\"dropout\":0.3");
  }

  @Test
  void doesNotTrustTheMarkOfAnotherGraph() throws IOException {
    Path small = init("bert");
    // An unknown field at the end: another file, the same graph.
    Files.write(
        small.resolve("saved_model.pb"),
        new byte[] {(byte) 0x98, 0x06, 0x01},
        StandardOpenOption.APPEND);
    try (Model model = Espalier.open(small)) {
      assertThat(model.built()).isEmpty();
      List<String> functions = model.grow(plan(model, 4), directory.resolve("grown")).functions();
      assertThat(functions).allMatch(function -> function.contains("rewritten"));
    }
  }

  @Test
  void doesNotTrustTheMarkOverDamage() throws IOException {
    Path small = init("bert");
    byte[] graph = Files.readAllBytes(small.resolve("saved_model.pb"));
    Files.write(small.resolve("saved_model.pb"), Arrays.copyOf(graph, graph.length / 2));
    assertThatThrownBy(() -> Espalier.open(small))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("saved_model.pb");
  }

  private Path init(String family) {
    Map<String, String> settings = new TreeMap<>();
    settings.putAll(Map.of("blocks", "3", "residual", "12", "heads", "3", "dropout", "0.3"));
    settings.putAll(
        family.equals("vit")
            ? Map.of("image", "12", "patch", "4", "channels", "3", "classes", "5")
            : Map.of("vocabulary", "300", "positions", "16"));
    Path model = directory.resolve("small");
    Espalier.init(new ModelRequest(family, settings), 3, model);
    return model;
  }

  private Path grow(Path from, int blocks, String name) {
    Path out = directory.resolve(name);
    try (Model model = Espalier.open(from)) {
      model.grow(plan(model, blocks), out);
    }
    return out;
  }

  private static GrowthPlan plan(Model model, int blocks) {
    int old = model.spec().blocks();
    return GrowthPlan.from(model.spec()).blocks(blocks, t -> t % old).build();
  }

  private static void unmark(Path model) throws IOException {
    Path file = model.resolve(ModelRecord.FILE);
    String record = Files.readString(file);
    assertThat(record).contains(MARK);
    Files.writeString(file, record.replace(MARK, "\"unknown\""));
  }

  /** The size and checksum of what is stored under each key, but for the object graph. */
  private static Map<String, String> stored(Model model) {
    Map<String, String> stored = new TreeMap<>();
    model
        .weights()
        .entries()
        .forEach(
            (key, entry) -> {
              if (!key.startsWith("_")) {
                stored.put(key, entry.dtype() + " " + entry.shape() + " " + entry.crc());
              }
            });
    return stored;
  }
}
