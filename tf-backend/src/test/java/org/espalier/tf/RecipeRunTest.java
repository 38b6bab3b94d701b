package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.espalier.api.Growth;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.Objective;
import org.espalier.api.Parameter;
import org.espalier.api.Schedule;
import org.espalier.api.Stage;
import org.espalier.api.TrainSettings;
import org.espalier.tf.bundle.BundleReader;
import org.espalier.tf.data.Corpus;
import org.espalier.tf.data.ImageStore;
import org.espalier.tf.data.NumpyFile;
import org.espalier.tf.data.TokenStore;
import org.espalier.tf.train.Checkpoint;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Recipes, run with few steps on small models")
class RecipeRunTest {
  /** Enough for each level to halve. */
  private static final int BLOCKS = 4;

  private static final String VALUES = "variables/variables";

  @TempDir private Path directory;
  private Path text;
  private Path run;

  @BeforeEach
  void writeText() throws IOException {
    text = SampleText.write(directory);
    run = directory.resolve("run");
  }

  @Test
  void msltLeavesWhatIsFrozenAndItsSlotsUntouched() throws IOException {
    Schedule schedule = run("mslt", Map.of("heads", "2"));

    for (int number = 0; number < schedule.stages().size(); number++) {
      TrainSettings train = schedule.stages().get(number).train();
      Path start = start(number);
      ModelSpec spec = spec(start);
      int frozen = 0;
      try (BundleReader before = BundleReader.open(start.resolve(VALUES));
          BundleReader after = BundleReader.open(trained(number).resolve(VALUES));
          BundleReader slots = BundleReader.open(slotsAfter(number));
          BundleReader slotsBefore = number == 0 ? null : BundleReader.open(slotsBefore(number))) {
        for (Parameter parameter : spec.parameters()) {
          String key = parameter.name() + "/.ATTRIBUTES/VARIABLE_VALUE";
          boolean same = before.entry(key).crc() == after.entry(key).crc();
          boolean trains = train.trainable().contains(parameter, spec);
          assertThat(same).as("%s keeps its values in stage %d", key, number).isEqualTo(!trains);
          if (!trains) {
            frozen++;
            for (String slot : slots(parameter)) {
              assertThat(slots.readBytes(slot)).isEqualTo(slotsBefore.readBytes(slot));
            }
          }
        }
      }
      boolean partial = number > 0 && number < schedule.stages().size() - 1;
      assertThat(frozen > 0).isEqualTo(partial);
    }
    assertThat(spec(trained(4)).blocks()).isEqualTo(12);
    assertThat(nonZeroSlots(slotsAfter(3), "embeddings/word/table")).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"multi-level, 1", "multi-level-3, 2", "multi-level-gpt, 1", "multi-level-vit, 1"})
  void theWayUpTakesTheMapsOfTheWayDown(String recipe, int levels) throws IOException {
    Schedule schedule = run(recipe, Map.of("heads", "4", "blocks", Integer.toString(BLOCKS)));
    int last = schedule.stages().size() - 1;
    assertThat(last).isEqualTo(2 * levels);

    List<Growth> growths;
    try (Model model = Espalier.open(trained(last))) {
      growths = model.lineage().growths();
      assertThat(growths).extracting(Growth::operator).containsExactlyElementsOf(operators(levels));
      assertThat(model.spec()).isEqualTo(spec(trained(0)));
    }
    for (int level = 0; level < levels; level++) {
      Growth down = growths.get(level);
      Growth up = growths.get(levels + 2 * (levels - 1 - level));
      assertThat(down.widths()).containsOnlyKeys("ffn", "heads", "residual");
      down.widths()
          .forEach(
              (dimension, pair) ->
                  assertThat(up.widths().get(dimension).copies())
                      .isEqualTo(pair.copies().transpose().rowNormalised()));
      assertThat(up.blocks().map()).isEqualTo(down.blocks().map().transpose().rowNormalised());
      assertThat(down.parent()).hasSize(64);
    }
    try (Model smallest = Espalier.open(trained(levels));
        Model first = Espalier.open(trained(0))) {
      assertThat(smallest.spec().dimension("residual"))
          .isEqualTo(first.spec().dimension("residual") >> levels);
      assertThat(smallest.spec().blocks()).isEqualTo(BLOCKS >> levels);
      assertThat(growths.get(0).parent()).isEqualTo(first.fingerprint());
    }
  }

  private static List<String> operators(int levels) {
    List<String> operators = new ArrayList<>();
    IntStream.range(0, levels).forEach(i -> operators.add("coalesce"));
    IntStream.range(0, levels).forEach(i -> operators.addAll(List.of("decoalesce", "interpolate")));
    return operators;
  }

  private Schedule run(String recipe, Map<String, String> sizes) {
    Schedule schedule = small(Espalier.recipe(recipe), sizes);
    boolean images = schedule.model().family().equals("vit");
    try (Corpus corpus = images ? ImageStore.of(List.of(images())) : TokenStore.of(text)) {
      RunResult result = Espalier.run(schedule, corpus, run);
      assertThat(result.heldOutLoss()).isFinite();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return schedule;
  }

  /** Black images of the size and classes of the recipes for images. */
  private Path images() throws IOException {
    byte[] labels = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    int pixels = labels.length * 32 * 32 * 3;
    return new NumpyFile()
        .with("images", "|u1", "(%d, 32, 32, 3)".formatted(labels.length), new byte[pixels])
        .with("labels", "|u1", "(%d,)".formatted(labels.length), labels)
        .write(directory.resolve("images.npz"));
  }

  /** The same stages, each of two steps, on a model of little width. */
  private static Schedule small(Schedule recipe, Map<String, String> sizes) {
    Map<String, String> settings = new TreeMap<>(recipe.model().settings());
    settings.putAll(Map.of("residual", "16", "ffn", "24"));
    settings.putAll(sizes);
    List<Stage> stages = new ArrayList<>();
    for (Stage stage : recipe.stages()) {
      TrainSettings train = stage.train();
      int sequence = train.objective() == Objective.CLASSIFICATION ? 0 : 16;
      TrainSettings few =
          new TrainSettings(
              train.objective(), 2, 4, sequence, train.optimizer(), train.trainable(), 2, 1, 0);
      stages.add(new Stage(stage.name(), few, stage.grow(), stage.slots()));
    }
    ModelRequest model = new ModelRequest(recipe.model().family(), settings);
    return new Schedule(recipe.name(), "", model, 3, 0.2, stages);
  }

  private static ModelSpec spec(Path model) {
    try (Model opened = Espalier.open(model)) {
      return opened.spec();
    }
  }

  private Path trained(int stage) {
    return run.resolve("stage-" + stage + "/model");
  }

  /** The stage's own start, or the model of the stage before where nothing grew between. */
  private Path start(int stage) {
    Path own = run.resolve("stage-" + stage + "/start");
    return Files.isDirectory(own) ? own : trained(stage - 1);
  }

  private Path slotsBefore(int stage) throws IOException {
    Path grown = run.resolve("stage-" + stage + "/slots/checkpoint");
    return Files.isDirectory(grown.getParent()) ? grown : slotsAfter(stage - 1);
  }

  private Path slotsAfter(int stage) throws IOException {
    try (Stream<Path> steps = Files.list(run.resolve("stage-" + stage + "/trainer"))) {
      return steps.sorted().reduce((first, second) -> second).orElseThrow().resolve("checkpoint");
    }
  }

  private static List<String> slots(Parameter parameter) {
    String name = parameter.name();
    return List.of(
        Checkpoint.firstMoment(name), Checkpoint.secondMoment(name), Checkpoint.step(name));
  }

  private static boolean nonZeroSlots(Path prefix, String parameter) {
    try (BundleReader slots = BundleReader.open(prefix)) {
      for (byte element : slots.readBytes(Checkpoint.firstMoment(parameter))) {
        if (element != 0) {
          return true;
        }
      }
      return false;
    }
  }
}
