package org.espalier.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.espalier.api.AxisMap;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.Lineage;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.RegisteredOperator;

class StackTest {
  private static final ModelSpec THREE = Models.model("bert", 3, 2, 2, DType.FLOAT32);

  @Provide
  Arbitrary<ModelSpec> model() {
    return Models.any();
  }

  @Property
  void aFactorRepeatsAllBlocks(
      @ForAll("model") ModelSpec model, @ForAll @IntRange(min = 2, max = 4) int factor) {
    GrowthPlan plan = plan(model, Stack.Options.times(factor));
    DepthChecks.check(plan, factor * model.blocks(), t -> t % model.blocks());
    assertThat(plan).isEqualTo(plan(model, Stack.Options.upTo(factor * model.blocks())));
  }

  @Property
  void theRemainderIsTheTop(
      @ForAll("model") ModelSpec model, @ForAll @IntRange(min = 1, max = 50) int more) {
    int old = model.blocks();
    int count = old + more;
    int remainder = count % old;
    DepthChecks.check(
        plan(model, Stack.Options.upTo(Math.max(count, 2))),
        count,
        t -> t < count - remainder ? t % old : old - (count - t));
  }

  @Example
  void threeBlocksToEight() {
    assertThat(plan(THREE, Stack.Options.upTo(8)).toString()).contains("0 1 2 0 1 2 1 2");
    assertThat(plan(THREE, Stack.Options.upTo(4)).toString()).contains("0 1 2 2");
  }

  private static GrowthPlan plan(ModelSpec model, Stack.Options options) {
    return new Stack().plan(GrowthRequest.of(model, options, 0));
  }

  @Example
  void badOptionsAreNamed() {
    refused(Map.of("factor", "0"), "operator 'stack': factor is 0, must be at least 2");
    refused(Map.of("factor", "x"), "operator 'stack': factor is 'x', must be an integer");
    refused(Map.of(), "operator 'stack': give one of factor, blocks and list, one is needed");
    refused(
        Map.of("factor", "2", "blocks", "6"),
        "operator 'stack': give one of factor, blocks and list, not factor and blocks");
    refused(
        Map.of("blocks", "3"),
        "operator 'stack': blocks is 3, must be more than the 3 that the model has");
    refused(
        Map.of("factor", "2000000000"),
        "operator 'stack': factor is 2000000000, which makes 6000000000 blocks of 3; at most 10000"
            + " are allowed");
  }

  @Example
  void everyDepthMapOfTheLiteratureIsAnOption() {
    maps(6, Map.of("blocks", "12", "order", "alternate"), "0 0 1 1 2 2 3 3 4 4 5 5");
    maps(4, Map.of("blocks", "6", "order", "alternate"), "0 0 1 2 2 3");
    maps(3, Map.of("blocks", "8", "remainder", "bottom"), "0 1 2 0 1 2 0 1");
    maps(6, Map.of("blocks", "8", "order", "middle"), "0 1 2 3 2 3 4 5");
    maps(3, Map.of("blocks", "4", "order", "middle"), "0 1 1 2");
    maps(4, Map.of("blocks", "6", "order", "overlap"), "0 1 2 1 2 3");
    maps(3, Map.of("list", "[0, 1, 1, 2]"), "0 1 1 2");
    maps(3, Map.of("list", "2,0"), "2 0");
  }

  private static void maps(int blocks, Map<String, String> options, String picture) {
    ModelSpec model = Models.model("bert", blocks, 2, 2, DType.FLOAT32);
    GrowthPlan plan =
        OperatorRegistry.of(new Stack())
            .find("stack")
            .plan(model, options, 0, Lineage.empty(), Map.of());
    assertThat(plan.blocks().map())
        .isEqualTo(
            AxisMap.selection(
                blocks, Arrays.stream(picture.split(" ")).map(Integer::valueOf).toList()));
  }

  @Example
  void mapsThatDoNotExistAreRefused() {
    refused(
        Map.of("blocks", "5", "order", "middle"),
        "operator 'stack': order 'middle' adds 2 blocks, must add a number that divides the 3 of"
            + " the model");
    refused(
        Map.of("blocks", "5", "order", "overlap"),
        "operator 'stack': order 'overlap' makes 5 blocks of 3, must make an even number of at most"
            + " 6");
    refused(
        Map.of("list", "0,3"),
        "operator 'stack': list holds 3, must hold blocks from 0 to 2, which the model has");
    refused(
        Map.of("list", "0,1", "order", "overlap"),
        "operator 'stack': order is for factor and blocks, not for a list");
    refused(
        Map.of("factor", "2", "order", "alternate", "remainder", "bottom"),
        "operator 'stack': remainder is for the order 'repeat' alone");
  }

  private static void refused(Map<String, String> options, String message) {
    RegisteredOperator stack = OperatorRegistry.of(new Stack()).find("stack");
    assertThatThrownBy(() -> stack.plan(THREE, options, 0, Lineage.empty(), Map.of()))
        .isInstanceOf(EspalierException.class)
        .hasMessage(message);
  }

  @Example
  void aModelWithoutBlocksCannotBeStacked() {
    ModelSpec flat = Models.model("bert", 0, 2, 2, DType.FLOAT32);
    assertThatThrownBy(() -> plan(flat, Stack.Options.times(2)))
        .isInstanceOf(EspalierException.class)
        .hasMessage("the model has no blocks to copy");
  }
}
