package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorRegistryTest {
  private static final ModelSpec SPEC = Specs.tiny(2);

  @TempDir Path temporary;
  private PluginFolder good;

  @BeforeEach
  void compileOneThatWorks() throws IOException, URISyntaxException {
    good =
        folder("good")
            .compile(
                "Good", PluginFolder.operator("Good", PluginFolder.annotation("acme:good"), ""))
            .services("# ours", "acme.Good # the first");
  }

  private PluginFolder folder(String name) throws IOException {
    return new PluginFolder(Files.createDirectory(temporary.resolve(name)));
  }

  @Test
  void findsAnOperatorAndReadsItWithoutCreatingIt() throws Exception {
    PluginFolder loud =
        folder("loud")
            .compile(
                "Loud",
                PluginFolder.operator(
                    "Loud",
                    PluginFolder.annotation("acme:loud"),
                    "public Loud() { throw new IllegalStateException(\"created\"); }"))
            .services("acme.Loud");
    try (URLClassLoader loader = PluginFolder.loader(good, loud)) {
      OperatorRegistry registry = OperatorRegistry.discover(loader);
      assertThat(registry.problems()).isEmpty();
      assertThat(registry.operators())
          .extracting(RegisteredOperator::id)
          .containsExactly("acme:good", "acme:loud");
      RegisteredOperator operator = registry.find("acme:good");
      assertThat(operator.summary()).isEqualTo("Does it");
      assertThat(operator.spi()).isEqualTo(Spi.VERSION);
      assertThat(operator.claims()).isEmpty();
      assertThat(operator.implementation()).isEqualTo("acme.Good");
      assertThat(operator.version()).isEqualTo("unknown");
      assertThat(operator.location()).isEqualTo(temporary.resolve("good").toString());
      assertThat(registry.describeOptions("acme:good"))
          .containsExactly(new OptionDescription("factor", "an integer", Optional.of("2"), false));
      assertThat(plan(operator, Map.of("factor", "3")).to().blocks()).isEqualTo(6);
      assertThatThrownBy(() -> plan(operator, Map.of("factor", "x")))
          .hasMessage("operator 'acme:good': factor is 'x', must be an integer");
      assertThatThrownBy(() -> plan(registry.find("acme:loud"), Map.of()))
          .isInstanceOf(EspalierException.class)
          .hasMessage(
              "operator 'acme:loud' of acme.Loud (%s) failed: java.lang.IllegalStateException: created"
                  .formatted(temporary.resolve("loud")));
    }
  }

  private static GrowthPlan plan(RegisteredOperator operator, Map<String, String> options) {
    return operator.plan(SPEC, options, 0, Lineage.empty(), Map.of());
  }

  @Test
  void theLookupErrorSaysAllThatHelps() throws Exception {
    PluginFolder future =
        folder("future")
            .compile(
                "Future",
                PluginFolder.operator(
                    "Future", "@Operator(id = \"acme:lora\", spi = 3, summary = \"\")", ""))
            .services("acme.Future");
    try (URLClassLoader loader = PluginFolder.loader(good, future)) {
      OperatorRegistry registry = OperatorRegistry.discover(loader);
      assertThatThrownBy(() -> registry.find("acme:goood"))
          .isInstanceOf(EspalierException.class)
          .hasMessage(
              """
              No operator 'acme:goood'. Did you mean 'acme:good'?
                Available (1): acme:good
                Not loaded (1): acme:lora - needs SPI 3, this is SPI 1; take a newer Espalier or an older plugin (%s)
                To add one, put its jar on the class path, or in a folder that you name with --plugins; see docs/spi.md#registration"""
                  .formatted(temporary.resolve("future")));
    }
    assertThatThrownBy(() -> OperatorRegistry.of().find("stack"))
        .hasMessage(
            """
            No operator 'stack'.
              Available (0): none
              To add one, put its jar on the class path, or in a folder that you name with --plugins; see docs/spi.md#registration""");
  }

  @Test
  void brokenProvidersDoNotHideTheOthers() throws Exception {
    PluginFolder broken =
        folder("broken")
            .compile("Base", "package acme; public class Base {}")
            .compile("Other", "package acme; public class Other {}")
            .compile(
                "Orphan",
                PluginFolder.operator("Orphan", PluginFolder.annotation("acme:orphan"), "")
                    .replace("class Orphan", "class Orphan extends Base"))
            .compile("Plain", PluginFolder.operator("Plain", "", ""))
            .compile(
                "Raw",
                """
                package acme;
                import org.espalier.api.*;
                @SuppressWarnings("rawtypes")
                @Operator(id = "acme:raw", spi = Spi.VERSION, summary = "")
                public class Raw implements GrowthOperator {
                  @Override public GrowthPlan plan(GrowthRequest request) { return null; }
                }
                """)
            .services("acme.Missing", "acme.Other", "acme.Orphan", "acme.Plain", "acme.Raw");
    broken.delete("Base");
    PluginFolder malformed = folder("malformed").services("acme.Good and more");
    try (URLClassLoader loader = PluginFolder.loader(malformed, broken, good)) {
      OperatorRegistry registry = OperatorRegistry.discover(loader);
      assertThat(registry.operators())
          .extracting(RegisteredOperator::id)
          .containsExactly("acme:good");
      assertThat(registry.problems())
          .extracting(PluginProblem::toString)
          .hasSize(6)
          .anyMatch(
              p -> p.startsWith("a plugin - ") && p.contains("Illegal configuration-file syntax"))
          .anyMatch(p -> p.startsWith("acme.Missing - not found"))
          .anyMatch(p -> p.startsWith("acme.Other - ") && p.contains("not a subtype"))
          .anyMatch(p -> p.startsWith("a plugin - needs the class acme.Base, which is missing"))
          .anyMatch(p -> p.startsWith("acme.Plain - acme.Plain has no @Operator annotation"))
          .anyMatch(p -> p.startsWith("acme:raw - acme.Raw does not say which record"));
      assertThatThrownBy(() -> registry.find("acme:raw"))
          .hasMessageContaining("\n  Not loaded (6):\n    ")
          .hasMessageContaining("\n    acme:raw - ");
    }
  }

  @Test
  void anIdIsOneOperators() throws Exception {
    PluginFolder twin =
        folder("twin")
            .compile(
                "Twin", PluginFolder.operator("Twin", PluginFolder.annotation("acme:good"), ""))
            .services("acme.Twin");
    try (URLClassLoader loader = PluginFolder.loader(good, twin)) {
      OperatorRegistry registry = OperatorRegistry.discover(loader);
      assertThat(registry.operators()).isEmpty();
      assertThatThrownBy(() -> registry.find("acme:good"))
          .hasMessageContaining(
              "acme:good - is claimed by acme.Good in %s and acme.Twin in %s; remove all but one"
                  .formatted(temporary.resolve("good"), temporary.resolve("twin")));
    }
  }

  @Test
  void theSameJarTwiceIsOneOperator() throws Exception {
    try (URLClassLoader outer = PluginFolder.loader(good);
        URLClassLoader inner = new URLClassLoader(outer.getURLs(), outer)) {
      assertThat(OperatorRegistry.discover(inner).problems()).isEmpty();
      assertThat(OperatorRegistry.discover(inner).operators()).hasSize(1);
    }
  }

  @Test
  void idsFollowTheGrammarAndLeaveOursAlone() throws Exception {
    for (String[] idAndReason :
        List.of(
            new String[] {"Acme:x", "must be vendor:name"},
            new String[] {"acme:", "must be vendor:name"},
            new String[] {"acme:x:y", "must be vendor:name"},
            new String[] {"", "must be vendor:name"},
            new String[] {"magic", "name acme.Bad vendor:magic"},
            new String[] {"stack", "name acme.Bad vendor:stack"},
            new String[] {"espalier:x", "the vendor 'espalier' is reserved"})) {
      PluginFolder bad =
          folder("bad" + Integer.toHexString(idAndReason[0].hashCode()))
              .compile(
                  "Bad", PluginFolder.operator("Bad", PluginFolder.annotation(idAndReason[0]), ""))
              .services("acme.Bad");
      try (URLClassLoader loader = PluginFolder.loader(bad)) {
        OperatorRegistry registry = OperatorRegistry.discover(loader);
        assertThat(registry.operators()).isEmpty();
        assertThat(registry.problems()).hasSize(1);
        assertThat(registry.problems().get(0).reason()).contains(idAndReason[1]);
      }
    }
  }

  @Operator(
      id = "acme:own",
      spi = Spi.VERSION,
      summary = "Keeps",
      claims = Claim.FUNCTION_PRESERVING)
  static final class Keep implements GrowthOperator<Keep.Options> {
    /** How to fail. */
    public record Options(@Default("no") String fail) {}

    @Override
    public GrowthPlan plan(GrowthRequest<Options> request) {
      return switch (request.options().fail()) {
        case "null" -> null;
        case "other" -> GrowthPlan.from(Specs.tiny(5)).build();
        case "illegal" -> GrowthPlan.from(request.model()).blocks(3, t -> t).build();
        case "reference" -> GrowthPlan.from(request.reference("fine")).build();
        default -> GrowthPlan.from(request.model()).claim(Claim.FUNCTION_PRESERVING).build();
      };
    }
  }

  @Operator(id = "acme:liar", spi = Spi.VERSION, summary = "Claims what it does not declare")
  static final class Liar implements GrowthOperator<Liar.Nothing> {
    /** None. */
    public record Nothing() {}

    @Override
    public GrowthPlan plan(GrowthRequest<Nothing> request) {
      return GrowthPlan.from(request.model()).claim(Claim.FUNCTION_PRESERVING).build();
    }
  }

  @Test
  void instancesAreHeldToTheSameRules() {
    OperatorRegistry registry = OperatorRegistry.of(new Keep(), new Liar());
    RegisteredOperator keep = registry.find("acme:own");
    assertThat(plan(keep, Map.of()).claims()).containsExactly(Claim.FUNCTION_PRESERVING);
    assertThatThrownBy(() -> plan(keep, Map.of("fail", "null"))).hasMessageContaining("no plan");
    assertThatThrownBy(() -> plan(keep, Map.of("fail", "other")))
        .hasMessageContaining("a plan for another model");
    assertThatThrownBy(() -> plan(keep, Map.of("fail", "illegal")))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("source 2 is outside the old axis of 2 elements");
    assertThatThrownBy(() -> plan(keep, Map.of("fail", "reference")))
        .hasMessageStartingWith("operator 'acme:own': The operator needs a reference model 'fine'");
    assertThatThrownBy(() -> plan(registry.find("acme:liar"), Map.of()))
        .hasMessageContaining("claims [FUNCTION_PRESERVING], but declares only []");
    assertThatThrownBy(() -> OperatorRegistry.of(new Keep(), new Keep()))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("acme:own - is claimed by");
  }
}
