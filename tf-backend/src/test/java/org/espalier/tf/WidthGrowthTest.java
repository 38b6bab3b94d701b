package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import org.espalier.api.AxisMap;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthPlanBuilder;
import org.espalier.api.ModelRequest;
import org.espalier.api.ModelSpec;
import org.espalier.api.WidthPair;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Growth of our own models' width")
class WidthGrowthTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "bert,float32,1e-5",
    "bert,float64,1e-10",
    "gpt,float32,1e-5",
    "gpt,float64,1e-10",
    "vit,float32,1e-5",
    "vit,float64,1e-10"
  })
  void keepsWhatTheModelComputes(String family, String dtype, double bound) {
    try (Model small = model(family, Map.of("dtype", dtype, "norm_epsilon", "1e-6"))) {
      GrowthPlan plan = widened(small.spec(), 3).width("ffn", copies(70, 95, i -> i % 70)).build();

      Path out = directory.resolve("wide");
      small.grow(plan, out);

      try (Model wide = Espalier.open(out)) {
        assertThat(wide.spec()).isEqualTo(plan.to());
        assertThat(wide.spec().dimensions())
            .containsEntry("residual", 90)
            .containsEntry("heads", 15)
            .containsEntry("ffn", 95);
        Verification compared = small.compare(wide, Device.CPU);
        assertThat(compared.maxDifference()).isLessThan(bound);
        assertThat(compared.logitDeviation()).isGreaterThan(0.01);
        assertThat(wide.signatures()).extracting(SignatureInfo::name).contains("serving_default");
      }
    }
  }

  @Test
  void goesBackToTheSmallModel() throws IOException {
    try (Model small = model("gpt", Map.of())) {
      Path wide = directory.resolve("wide");
      small.grow(widened(small.spec(), 2).build(), wide);
      Path back = directory.resolve("back");
      try (Model grown = Espalier.open(wide)) {
        GrowthPlanBuilder shrinks = GrowthPlan.from(grown.spec());
        shrinks.width("residual", means(60, 30)).width("heads", means(10, 5));
        grown.grow(shrinks.build(), back);
      }
      assertThat(Files.readAllBytes(back.resolve("saved_model.pb")))
          .isEqualTo(Files.readAllBytes(small.directory().resolve("saved_model.pb")));
      try (Model again = Espalier.open(back)) {
        assertThat(small.compare(again, Device.CPU).maxDifference()).isZero();
      }
    }
  }

  @Test
  void changesBlocksWidthAndEpsilonAtOnce() {
    try (Model small = model("bert", Map.of("dropout", "0.3", "activation", "gelu_tanh"))) {
      GrowthPlan plan = widened(small.spec(), 2).blocks(5, t -> t % 2).normEpsilon(2e-12).build();

      Path out = directory.resolve("grown");
      small.grow(plan, out);

      try (Model grown = Espalier.open(out)) {
        assertThat(grown.spec()).isEqualTo(plan.to());
        assertThat(grown.spec().blocks()).isEqualTo(5);
        assertThat(grown.spec().attributes().normEpsilon()).hasValue(2e-12);
        GrowthPlan same = GrowthPlan.from(grown.spec()).normEpsilon(1e-12).build();
        grown.grow(same, directory.resolve("again"));
      }
      // The reference is built at those sizes: same dropout, activation and names.
      Path built = directory.resolve("built");
      Espalier.init(
          new ModelRequest(
              "bert",
              settings(
                  "bert",
                  Map.of(
                      "blocks", "5",
                      "residual", "60",
                      "heads", "10",
                      "dropout", "0.3",
                      "activation", "gelu_tanh",
                      "norm_epsilon", "2e-12"))),
          7,
          built);
      assertThat(out.resolve("saved_model.pb"))
          .hasSameBinaryContentAs(built.resolve("saved_model.pb"));
    }
  }

  @Test
  void refusesAnAttributeThatTheFamilyLacks() {
    try (Model small = model("bert", Map.of())) {
      ModelSpec spec = small.spec();
      ModelSpec other =
          spec.withAttributes(
              new org.espalier.api.ModelAttributes(
                  spec.attributes().norm(),
                  spec.attributes().normEpsilon(),
                  spec.attributes().activation(),
                  spec.attributes().tiedHead(),
                  true));
      GrowthPlan kept = GrowthPlan.from(spec).build();
      GrowthPlan plan =
          new GrowthPlan(
              spec,
              other,
              kept.blocks(),
              kept.widths(),
              kept.rules(),
              kept.claims(),
              kept.growths());

      assertThatThrownBy(() -> small.grow(plan, directory.resolve("other")))
          .isInstanceOf(EspalierException.class)
          .hasMessageContaining("No bert is like the plan's next model");
      assertThat(directory.resolve("other")).doesNotExist();
    }
  }

  private static GrowthPlanBuilder widened(ModelSpec spec, int times) {
    int residual = spec.dimension("residual");
    int heads = spec.dimension("heads");
    return GrowthPlan.from(spec)
        .width("residual", copies(residual, times * residual, i -> i % residual))
        .width("heads", copies(heads, times * heads, i -> i % heads));
  }

  private static WidthPair copies(int from, int to, IntUnaryOperator source) {
    return WidthPair.of(
        AxisMap.selection(from, IntStream.range(0, to).map(source).boxed().toList()));
  }

  /** The mean of i and i + w on the side that makes, their sum on the side that consumes. */
  private static WidthPair means(int from, int to) {
    AxisMap copies =
        AxisMap.selection(to, IntStream.range(0, from).map(i -> i % to).boxed().toList());
    return WidthPair.of(copies.transpose().rowNormalised());
  }

  private static Map<String, String> settings(String family, Map<String, String> special) {
    Map<String, String> settings =
        new TreeMap<>(
            Map.of("blocks", "2", "residual", "30", "heads", "5", "head_size", "6", "ffn", "70"));
    settings.putAll(
        family.equals("vit")
            ? Map.of("image", "24", "patch", "8", "channels", "3", "classes", "10")
            : Map.of("vocabulary", "41", "positions", "12"));
    settings.putAll(special);
    return settings;
  }

  private Model model(String family, Map<String, String> special) {
    Path path = directory.resolve(family);
    Espalier.init(new ModelRequest(family, settings(family, special)), 5, path);
    return Espalier.open(path);
  }
}
