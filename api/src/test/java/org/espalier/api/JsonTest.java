package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class JsonTest {
  @Provide
  Arbitrary<ModelSpec> spec() {
    return Specs.any();
  }

  @Provide
  Arbitrary<AxisMap> map() {
    return Arbitraries.integers().between(1, 5).flatMap(Specs::maps);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  @Provide
  Arbitrary<Double> numbers() {
    return Arbitraries.doubles();
  }

  @Property(edgeCases = EdgeCasesMode.MIXIN)
  void specsComeBackEqual(@ForAll("spec") ModelSpec spec, @ForAll("numbers") double number) {
    double epsilon = Math.abs(number);
    ModelSpec other =
        spec.withAttributes(
            new ModelAttributes(
                ModelAttributes.NormPlacement.POST,
                epsilon > 0 ? OptionalDouble.of(epsilon) : OptionalDouble.empty(),
                ModelAttributes.Activation.RELU,
                false,
                false));
    assertThat(ModelSpec.fromJson(spec.toJson())).isEqualTo(spec);
    assertThat(ModelSpec.fromJson(other.toJson())).isEqualTo(other);
  }

  /** Frameworks list parameters in orders of their own, such as block 10 before block 2. */
  @Property
  void parametersKeepTheirOrder(@ForAll("spec") ModelSpec spec, @ForAll("seeds") long seed) {
    List<Parameter> shuffled = new ArrayList<>(spec.parameters());
    Collections.shuffle(shuffled, new Random(seed));
    ModelSpec other =
        new ModelSpec(spec.family(), spec.blocks(), spec.dimensions(), shuffled, spec.attributes());
    assertThat(ModelSpec.fromJson(other.toJson())).isEqualTo(other);
  }

  /** What all blocks hold is written once. */
  @Example
  void aDeepModelTakesNoMoreThanAShallowOne() {
    int shallow = Specs.tiny(2).toJson().length();
    assertThat(Specs.tiny(40).toJson().length() - shallow).isLessThan(40 * 4);
  }

  @Property(edgeCases = EdgeCasesMode.MIXIN)
  void plansComeBackEqual(
      @ForAll("spec") ModelSpec spec,
      @ForAll("seeds") long seed,
      @ForAll("numbers") double number) {
    TensorSource random =
        new TensorSource.Random(new Initializer.Uniform(-1, Math.abs(number)), seed);
    TensorSource reference = new TensorSource.FromReference("fine", "ln\"f/ε");
    GrowthPlan plan =
        GrowthPlan.from(spec)
            .blocks(spec.blocks() + 1, t -> Math.max(0, t - 1))
            .width("ffn", WidthPair.of(AxisMap.tile(spec.dimension("ffn"), 2)))
            .rule("lnf/scale", new TensorRule.Copy(reference))
            .rule("wte", new TensorRule.Fill(new Initializer.TruncatedNormal(number, 0.02), seed))
            .rule("wpe", new TensorRule.Fill(new Initializer.Constant(number), seed))
            .rule(
                "head/bias",
                new TensorRule.Combine(
                    List.of(
                        new TensorRule.Term(random, number, List.of()),
                        new TensorRule.Term(TensorSource.model("head/bias"), 1, List.of()))))
            .rule(
                "h/0/fc/bias",
                new TensorRule.Compute(
                    "acme:k", List.of(reference, random), Map.of("a", "1", "b", ""), seed))
            .normEpsilon(1e-3)
            .claim(Claim.FUNCTION_PRESERVING)
            .build();
    GrowthPlan read = GrowthPlan.fromJson(plan.toJson());
    assertThat(read).isEqualTo(plan);
    assertThat(read.toJson()).isEqualTo(plan.toJson());
  }

  @Property
  void lineagesComeBackEqual(@ForAll("map") AxisMap map, @ForAll("seeds") long seed) {
    Growth growth =
        new Growth(
            "acme:x",
            "1.2",
            Map.of("factor", "2"),
            seed,
            new BlockMap(map),
            Map.of("ffn", WidthPair.of(map)),
            "sha256:00");
    Lineage lineage = Lineage.empty().with(growth).with(growth);
    assertThat(Lineage.fromJson(lineage.toJson())).isEqualTo(lineage);
    assertThat(Lineage.fromJson(Lineage.empty().toJson())).isEqualTo(Lineage.empty());
  }

  /** Maps are written once, however many rules share them. */
  @Example
  void aWidePlanStaysSmall() {
    ModelSpec spec = Specs.gpt(24, 2, 2, 512, 2, DType.FLOAT32);
    GrowthPlan plan =
        GrowthPlan.from(spec).width("ffn", WidthPair.of(AxisMap.tile(512, 2))).build();
    assertThat(plan.toJson().length()).isLessThan(200_000);
  }

  @Example
  void mapsHaveACompactForm() {
    assertThat(MapJson.write(AxisMap.tile(2, 2)).toString())
        .isEqualTo("{\"old\":2,\"select\":[0,1,0,1]}");
    assertThat(MapJson.write(AxisMap.identity(3)).toString()).isEqualTo("{\"identity\":3}");
    assertThat(MapJson.write(AxisMap.groupMean(2, List.of(List.of(0, 1)))).toString())
        .isEqualTo("{\"old\":2,\"rows\":[[0,0.5,1,0.5]]}");
  }

  @Example
  void anotherFormatIsRefused() {
    String json = Specs.tiny(1).toJson().replace("\"format\":1", "\"format\":2");
    assertThatThrownBy(() -> ModelSpec.fromJson(json))
        .isInstanceOf(EspalierException.class)
        .hasMessage(
            "This is the JSON of a model spec in format 2, but this Espalier reads format 1; use the"
                + " version that wrote it");
  }

  /** Cut anywhere, and with any one character changed, a text is read or refused in one line. */
  @Property
  void brokenTextsAreRefusedInOneLine(@ForAll("seeds") long seed) {
    String json = GrowthPlan.from(Specs.tiny(1)).blocks(2, t -> 0).build().toJson();
    SeededRandom random = SeededRandom.of(seed);
    int place = random.below(0, json.length());
    String characters = "{}[]\",:0-9.eax\n";
    char other = characters.charAt(random.below(1, characters.length()));
    assertRefused(json.substring(0, place));
    String changed = json.substring(0, place) + other + json.substring(place + 1);
    try {
      GrowthPlan.fromJson(changed);
    } catch (EspalierException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
    }
  }

  @Example
  void textsOfOtherKindsAreRefused() {
    for (String json :
        List.of(
            "",
            "null",
            "[]",
            "{}",
            "{\"format\":1}",
            "{\"format\":\"1\"}",
            "{\"format\":1e99}",
            "{} {}",
            "[".repeat(100_000),
            "{\"format\":1,\"family\":\"x\",\"blocks\":2000000000,\"dimensions\":{},"
                + "\"attributes\":{\"norm\":\"pre\",\"activation\":\"relu\",\"tied_head\":true,"
                + "\"causal\":true},\"parameters\":[]}")) {
      assertRefused(json);
    }
    assertThatThrownBy(() -> ModelSpec.fromJson("{\"format\":1,\"family\":3}"))
        .hasMessage("This is not the JSON of a model spec: 'family' must be a text, found 3");
  }

  private static void assertRefused(String json) {
    assertThatThrownBy(() -> GrowthPlan.fromJson(json))
        .isInstanceOf(EspalierException.class)
        .message()
        .doesNotContain("\n");
    assertThatThrownBy(() -> ModelSpec.fromJson(json)).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> Lineage.fromJson(json)).isInstanceOf(EspalierException.class);
  }
}
