package org.espalier.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.GrowthRequest;
import org.espalier.api.Lineage;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.RegisteredOperator;

class CopyTopTest {
  private static final ModelSpec THREE = Models.model("gpt", 3, 2, 2, DType.FLOAT32);

  @Provide
  Arbitrary<ModelSpec> model() {
    return Models.any();
  }

  @Property
  void theTopComesAgain(
      @ForAll("model") ModelSpec model, @ForAll @IntRange(min = 0, max = 1000) int choice) {
    int old = model.blocks();
    int added = 1 + choice % old;
    GrowthPlan plan = plan(model, CopyTop.Options.adding(added));
    DepthChecks.check(plan, old + added, t -> t < old ? t : t - added);
    assertThat(plan).isEqualTo(plan(model, CopyTop.Options.upTo(old + added)));
  }

  @Example
  void threeBlocksToFive() {
    assertThat(plan(THREE, CopyTop.Options.adding(2)).toString()).contains("0 1 2 1 2");
  }

  private static GrowthPlan plan(ModelSpec model, CopyTop.Options options) {
    return new CopyTop().plan(GrowthRequest.of(model, options, 0));
  }

  @Example
  void badOptionsAreNamed() {
    refused(Map.of("add", "0"), "operator 'copy-top': add is 0, must be at least 1");
    refused(
        Map.of("add", "4", "top", "4"),
        "operator 'copy-top': top is 4, must be at most 3, the number of blocks that the model"
            + " has");
    refused(
        Map.of("blocks", "3"),
        "operator 'copy-top': blocks is 3, must be more than the 3 that the model has");
    refused(Map.of(), "operator 'copy-top': give one of add, blocks and list, one is needed");
    refused(
        Map.of("list", "1,2,3"),
        "operator 'copy-top': list holds 3, must hold blocks from 0 to 2, which the model has");
    refused(
        Map.of("list", "0,2,1,1"),
        "operator 'copy-top': list is [0, 2, 1, 1], must start with the model's own blocks 0 to 2;"
            + " other lists are for 'stack'");
  }

  @Example
  void theTopComesAsOftenAsNeeded() {
    assertThat(planOf(Map.of("add", "9", "top", "2"))).contains("0 1 2 1 2 1 2 1 2 1 2 1");
    assertThat(planOf(Map.of("blocks", "8"))).contains("0 1 2 0 1 2 0 1");
    assertThat(planOf(Map.of("list", "[0,1,2,2,1]"))).contains("0 1 2 2 1");
  }

  private static String planOf(Map<String, String> options) {
    return OperatorRegistry.of(new CopyTop())
        .find("copy-top")
        .plan(THREE, options, 0, Lineage.empty(), Map.of())
        .toString();
  }

  private static void refused(Map<String, String> options, String message) {
    RegisteredOperator operator = OperatorRegistry.of(new CopyTop()).find("copy-top");
    assertThatThrownBy(() -> operator.plan(THREE, options, 0, Lineage.empty(), Map.of()))
        .isInstanceOf(EspalierException.class)
        .hasMessage(message);
  }
}
