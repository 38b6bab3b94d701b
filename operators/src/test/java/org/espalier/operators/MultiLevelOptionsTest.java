package org.espalier.operators;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.Lineage;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.junit.jupiter.api.Test;

class MultiLevelOptionsTest {
  private static final OperatorRegistry OPERATORS =
      OperatorRegistry.of(new Coalesce(), new Decoalesce(), new Interpolate());
  private static final ModelSpec BERT = spec(4, 3, 8);

  private static ModelSpec spec(int blocks, int heads, int ffn) {
    return Architectures.spec(
        new Architectures.Sizes("bert", blocks, heads, 2, ffn, 8, true, DType.FLOAT32));
  }

  private static GrowthPlan plan(
      String operator, ModelSpec model, Lineage lineage, Map<String, String> options) {
    return OPERATORS.find(operator).plan(model, options, 0, lineage, Map.of("reference", BERT));
  }

  private static void refused(String operator, Map<String, String> options, String message) {
    assertThatThrownBy(() -> plan(operator, BERT, Lineage.empty(), options))
        .isInstanceOf(EspalierException.class)
        .hasMessage("operator '" + operator + "': " + message);
  }

  @Test
  void groupsAreWrittenAsPeopleDo() {
    assertThat(Groups.parse("ffn", "halves").of("ffn", 6))
        .isEqualTo(List.of(List.of(0, 3), List.of(1, 4), List.of(2, 5)));
    assertThat(Groups.parse("ffn", "adjacent:3").of("ffn", 6))
        .isEqualTo(List.of(List.of(0, 1, 2), List.of(3, 4, 5)));
    List<List<Integer>> uneven = List.of(List.of(0, 1, 2), List.of(3));
    for (String text : List.of("[[0..2],[3]]", " [ [0, 1,2] , [3] ] ", "[0,1,2],[3]")) {
      assertThat(Groups.parse("ffn", text).of("ffn", 4)).as(text).isEqualTo(uneven);
      assertThat(Groups.parse("ffn", text).over("ffn", 2)).as(text).isEqualTo(uneven);
    }
  }

  @Test
  void groupsThatCannotBeAreRefusedByTheirOption() {
    refused(
        "coalesce",
        Map.of(),
        "heads is 'halves', but the model has 3, which 2 does not divide; give the groups, such as"
            + " [[0,1],[2]], or keep");
    refused(
        "coalesce",
        Map.of("heads", "[[0,1],[1]]"),
        "heads groups 3 elements, so each of 0 to 2 must be in exactly one group, but 1 is in two");
    refused(
        "coalesce",
        Map.of("heads", "[[0,1],[3]]"),
        "heads groups 3 elements, so each of 0 to 2 must be in exactly one group, but 3 is beyond"
            + " them");
    refused(
        "coalesce",
        Map.of("heads", "[[0,1],[2,3]]"),
        "heads groups 4 elements, but the model has 3; each must be in exactly one group");
    refused(
        "coalesce",
        Map.of("heads", "[[0],[]]"),
        "heads has the group [], which must hold" + " numbers or ranges such as 0..3");
    for (String text : List.of("half", "halves:1", "adjacent:0", "[[0,1]", "[[a]]")) {
      refused(
          "coalesce",
          Map.of("ffn", text),
          "ffn is '"
              + text
              + "', must be keep, adjacent, adjacent:K, halves, halves:K with K of at"
              + " least 2, or groups such as [[0,1],[2,3]]");
    }
    String keep = "keep";
    refused(
        "coalesce",
        Map.of("heads", keep, "ffn", keep, "residual", keep, "blocks", keep),
        "heads, ffn, residual and blocks are all 'keep', so nothing would be merged");
    refused(
        "decoalesce",
        Map.of("heads", "[[0,1],[2]]"),
        "heads holds 2 groups, but the model has 3; give one group for each");
    refused(
        "decoalesce",
        Map.of(),
        "the model's lineage holds no coalesce to take back; give the groups, such as"
            + " heads=halves ffn=halves residual=halves blocks=adjacent");
  }

  @Test
  void twoLevelsDownAreTakenBackByTwoUp() {
    GrowthPlan first = plan("coalesce", BERT, Lineage.empty(), Map.of("heads", "[[0,2],[1]]"));
    Lineage once = new Lineage(first.growths());
    GrowthPlan second =
        plan("coalesce", first.to(), once, Map.of("ffn", "adjacent", "residual", "keep"));
    Lineage twice = once.with(second.growths().get(0));
    GrowthPlan up = plan("decoalesce", second.to(), twice, Map.of());
    assertThat(up.to()).isEqualTo(first.to());
    Lineage back = twice.with(up.growths().get(0));
    GrowthPlan top = plan("decoalesce", up.to(), back, Map.of());
    assertThat(top.to()).isEqualTo(BERT);
    assertThat(top.blocks().map()).isEqualTo(first.blocks().map().transpose().rowNormalised());
    assertThatThrownBy(() -> plan("decoalesce", BERT, back.with(top.growths().get(0)), Map.of()))
        .hasMessageContaining("holds no coalesce to take back");
    assertThatThrownBy(() -> plan("decoalesce", spec(2, 4, 4), once, Map.of()))
        .hasMessage(
            "operator 'decoalesce': the coalesce of the lineage made 2 heads, but the model has 4;"
                + " give heads=keep, or the groups");
  }

  @Test
  void eachParameterTakesTheShareOfTheLastSelectorThatMatches() {
    GrowthPlan plan =
        plan(
            "interpolate",
            BERT,
            Lineage.empty(),
            Map.of("alpha", "0.25", "overrides", "role=embedding:0,blocks=-1..:1,name=word:0.5"));
    assertThat(plan.rules().get("position")).isEqualTo(TensorRule.copy("position"));
    assertThat(plan.rules().get("encoder/3/query/bias"))
        .isEqualTo(
            new TensorRule.Copy(
                new TensorSource.FromReference("reference", "encoder/3/query/bias")));
    assertThat(shares(plan, "word")).containsExactly(0.5, 0.5);
    assertThat(shares(plan, "encoder/0/query/bias")).containsExactly(0.75, 0.25);
  }

  private static List<Double> shares(GrowthPlan plan, String name) {
    return ((TensorRule.Combine) plan.rules().get(name))
        .terms().stream().map(TensorRule.Term::coefficient).toList();
  }

  @Test
  void sharesThatCannotBeAreRefused() {
    refused("interpolate", Map.of("alpha", "1.5"), "alpha is 1.5, must be from 0 to 1");
    refused(
        "interpolate",
        Map.of("overrides", "role=embedding"),
        "overrides holds 'role=embedding', which must be SELECTOR:ALPHA, such as"
            + " role=embedding:0.25");
    refused(
        "interpolate",
        Map.of("overrides", "role=decoder:0"),
        "overrides holds 'role=decoder:0.0', which selects no parameter of the model");
    assertThatThrownBy(() -> plan("interpolate", spec(3, 3, 8), Lineage.empty(), Map.of()))
        .hasMessage(
            "operator 'interpolate': the model has 3 blocks, the reference 4; both must have the"
                + " same parameters, so grow or coalesce one of them first");
  }
}
