package org.espalier.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.espalier.api.AxisMap;
import org.espalier.api.Claim;
import org.espalier.api.Condition.Outcome;
import org.espalier.api.GrowthPlan;
import org.espalier.api.HostTensor;
import org.espalier.api.Lineage;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.Parameter;
import org.espalier.api.ReferenceExecutor;

/** The algebra of coalesce and decoalesce, over generated architectures and groups. */
class MultiLevelLawsTest {
  private static final OperatorRegistry OPERATORS =
      OperatorRegistry.of(new Coalesce(), new Decoalesce(), new Interpolate(), new Stack());
  private static final ReferenceExecutor EXECUTOR = new ReferenceExecutor();

  @Provide
  Arbitrary<Architectures.Sizes> sizes() {
    return Architectures.any();
  }

  @Property(tries = 60)
  void whatIsSpreadAndMergedAgainIsTheSame(
      @ForAll("sizes") Architectures.Sizes sizes, @ForAll long seed) {
    ModelSpec small = Architectures.spec(sizes);
    Map<String, HostTensor> tensors = Architectures.tensors(small, 1);
    Map<String, String> groups = spreading(small, new Random(seed));
    GrowthPlan spread = plan("decoalesce", small, groups, Lineage.empty());
    GrowthPlan merged = plan("coalesce", spread.to(), groups, Lineage.empty());
    assertThat(merged.to()).isEqualTo(small);
    assertClose(EXECUTOR.execute(merged, EXECUTOR.execute(spread, tensors)), tensors, 1e-12);
    assertClose(EXECUTOR.execute(spread.then(merged), tensors), tensors, 1e-12);
  }

  @Property(tries = 60)
  void mergingAndSpreadingTwiceIsAsOnceAndTakesTheMapsFromTheLineage(
      @ForAll("sizes") Architectures.Sizes sizes, @ForAll long seed) {
    ModelSpec large = Architectures.spec(sizes);
    Map<String, String> groups = merging(large, new Random(seed));
    GrowthPlan merge = plan("coalesce", large, groups, Lineage.empty());
    Lineage lineage = new Lineage(merge.growths());
    GrowthPlan spread = plan("decoalesce", merge.to(), Map.of(), lineage);
    assertThat(spread.to()).isEqualTo(large);
    assertThat(spread.rules())
        .isEqualTo(plan("decoalesce", merge.to(), groups, Lineage.empty()).rules());
    GrowthPlan both = merge.then(spread);
    Map<String, HostTensor> once = EXECUTOR.execute(both, Architectures.tensors(large, 2));
    assertClose(EXECUTOR.execute(both, once), once, 1e-12);
    rowsSumToOne(merge);
    rowsSumToOne(spread);
  }

  @Property(tries = 80)
  void widthAloneKeepsTheOutputsExactlyWhereItClaimsTo(
      @ForAll("sizes") Architectures.Sizes sizes, @ForAll long seed) {
    ModelSpec small = Architectures.spec(sizes);
    Map<String, String> groups = new TreeMap<>(spreading(small, new Random(seed)));
    groups.put("blocks", "keep");
    groups.computeIfPresent("ffn", (name, text) -> text.equals("keep") ? "adjacent" : text);
    GrowthPlan spread = plan("decoalesce", small, groups, Lineage.empty());
    int[] shares = new int[small.dimension("residual")];
    if (spread.widths().containsKey("residual")) {
      AxisMap copies = spread.widths().get("residual").copies();
      IntStream.range(0, copies.newSize()).forEach(i -> shares[copies.row(i).get(0).index()]++);
    }
    boolean equal = IntStream.of(shares).distinct().count() == 1;
    assertThat(spread.claims().contains(Claim.FUNCTION_PRESERVING)).isEqualTo(equal);
    assertThat(spread.check(Claim.FUNCTION_PRESERVING).outcome())
        .isEqualTo(equal ? Outcome.HOLDS : Outcome.FAILS);
    if (equal) {
      Map<String, HostTensor> tensors = Architectures.tensors(small, 3);
      assertThat(Networks.outputs(spread.to(), EXECUTOR.execute(spread, tensors)))
          .containsExactly(Networks.outputs(small, tensors), within(1e-10));
    }
  }

  @Property(tries = 40)
  void interpolationGoesFromTheModelToTheReference(
      @ForAll("sizes") Architectures.Sizes sizes, @ForAll long seed) {
    ModelSpec model = Architectures.spec(sizes);
    Map<String, HostTensor> own = Architectures.tensors(model, 4);
    Map<String, HostTensor> other = Architectures.tensors(model, 5);
    assertThat(mixed(model, 0, own, other)).isEqualTo(own);
    assertThat(mixed(model, 1, own, other)).isEqualTo(other);
    double alpha = new Random(seed).nextDouble();
    Map<String, HostTensor> between = mixed(model, alpha, own, other);
    for (String name : own.keySet()) {
      double[] a = own.get(name).values();
      double[] b = other.get(name).values();
      double[] c = between.get(name).values();
      for (int i = 0; i < c.length; i++) {
        assertThat(c[i]).isCloseTo((1 - alpha) * a[i] + alpha * b[i], within(1e-12));
      }
    }
  }

  @Property(tries = 30)
  void aComposedPlanIsThePlansInSequence(
      @ForAll("sizes") Architectures.Sizes sizes, @ForAll long seed) {
    ModelSpec model = Architectures.spec(sizes);
    Map<String, HostTensor> tensors = Architectures.tensors(model, 6);
    GrowthPlan first = plan("coalesce", model, merging(model, new Random(seed)), Lineage.empty());
    GrowthPlan second = plan("stack", first.to(), Map.of("factor", "2"), Lineage.empty());
    GrowthPlan third = plan("decoalesce", second.to(), Map.of("ffn", "halves:3"), Lineage.empty());
    assertClose(
        EXECUTOR.execute(first.then(second).then(third), tensors),
        EXECUTOR.execute(third, EXECUTOR.execute(second, EXECUTOR.execute(first, tensors))),
        1e-12);
  }

  private static Map<String, HostTensor> mixed(
      ModelSpec model, double alpha, Map<String, HostTensor> own, Map<String, HostTensor> other) {
    GrowthPlan plan =
        OPERATORS
            .find("interpolate")
            .plan(
                model,
                Map.of("alpha", String.valueOf(alpha)),
                0,
                Lineage.empty(),
                Map.of("reference", model));
    return EXECUTOR.execute(plan, own, Map.of("reference", other));
  }

  private static GrowthPlan plan(
      String operator, ModelSpec model, Map<String, String> options, Lineage lineage) {
    return OPERATORS.find(operator).plan(model, options, 0, lineage, Map.of());
  }

  private static void rowsSumToOne(GrowthPlan plan) {
    List<AxisMap> maps = new ArrayList<>(List.of(plan.blocks().map()));
    plan.widths().values().forEach(pair -> maps.add(pair.copies()));
    plan.widths().values().forEach(pair -> maps.add(pair.shares().transpose()));
    for (AxisMap map : maps) {
      for (int i = 0; i < map.newSize(); i++) {
        assertThat(map.row(i).stream().mapToDouble(AxisMap.Entry::weight).sum())
            .isCloseTo(1, within(1e-12));
      }
    }
  }

  private static void assertClose(
      Map<String, HostTensor> found, Map<String, HostTensor> wanted, double tolerance) {
    assertThat(found.keySet()).isEqualTo(wanted.keySet());
    found.forEach(
        (name, tensor) ->
            assertThat(tensor.values())
                .as(name)
                .containsExactly(wanted.get(name).values(), within(tolerance)));
  }

  /** Options whose groups a model can be spread over, one at least that changes something. */
  private static Map<String, String> spreading(ModelSpec small, Random random) {
    Map<String, String> options = new TreeMap<>();
    for (String name : List.of("heads", "ffn", "residual", "blocks")) {
      int size = name.equals("blocks") ? small.blocks() : small.dimension(name);
      options.put(
          name,
          switch (random.nextInt(6)) {
            case 0 -> "keep";
            case 1 -> "halves";
            case 2 -> "adjacent";
            case 3 -> "halves:3";
            default -> lists(size, size + 1 + random.nextInt(2 * size), random);
          });
    }
    if (options.values().stream().allMatch("keep"::equals)) {
      options.put("ffn", "adjacent");
    }
    return options;
  }

  /** Options that merge a model, one at least that changes something. */
  private static Map<String, String> merging(ModelSpec large, Random random) {
    Map<String, String> options = new TreeMap<>();
    for (String name : List.of("heads", "ffn", "residual", "blocks")) {
      int size = name.equals("blocks") ? large.blocks() : large.dimension(name);
      int divisor = 2 + random.nextInt(2);
      boolean divides = size % divisor == 0 && random.nextBoolean();
      options.put(
          name,
          divides
              ? (random.nextBoolean() ? "halves:" : "adjacent:") + divisor
              : random.nextInt(4) == 0 ? "keep" : lists(1 + random.nextInt(size), size, random));
    }
    options.put("residual", lists(1 + random.nextInt(2), large.dimension("residual"), random));
    return options;
  }

  /** A partition of {@code fine} elements into {@code coarse} groups, in any order, as text. */
  private static String lists(int coarse, int fine, Random random) {
    List<Integer> elements = new ArrayList<>(IntStream.range(0, fine).boxed().toList());
    Collections.shuffle(elements, random);
    List<List<Integer>> groups = new ArrayList<>();
    for (int i = 0; i < coarse; i++) {
      groups.add(new ArrayList<>(List.of(elements.get(i))));
    }
    elements.subList(coarse, fine).forEach(e -> groups.get(random.nextInt(coarse)).add(e));
    return groups.toString();
  }

  @Property(tries = 20)
  void theHeadSizeAndTheOutputsStay(@ForAll("sizes") Architectures.Sizes sizes, @ForAll long seed) {
    ModelSpec model = Architectures.spec(sizes);
    ModelSpec merged =
        plan("coalesce", model, merging(model, new Random(seed)), Lineage.empty()).to();
    assertThat(merged.dimension("head_size")).isEqualTo(model.dimension("head_size"));
    assertThat(merged.parameters()).extracting(Parameter::role).isNotEmpty();
    for (String fixed : List.of("vocabulary", "positions", "classes")) {
      assertThat(merged.dimensions().get(fixed)).isEqualTo(model.dimensions().get(fixed));
    }
  }
}
