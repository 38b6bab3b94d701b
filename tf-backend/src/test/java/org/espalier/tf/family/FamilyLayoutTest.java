package org.espalier.tf.family;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.espalier.api.Axis;
import org.espalier.api.ModelSpec;
import org.espalier.api.Roles;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What the axes of our models run over")
class FamilyLayoutTest {

  @ParameterizedTest
  @CsvSource({
    "bert, head/norm/scale",
    "bert, head/norm/offset",
    "gpt, final/norm/scale",
    "gpt, final/norm/offset",
  })
  void theNormBeforeTheTiedHeadShares(String family, String norm) {
    assertThat(axes(family, norm)).containsExactly(Axis.in("residual"));
  }

  @ParameterizedTest
  @CsvSource({
    "bert, encoder/layer/1/attention/norm/scale",
    "bert, embeddings/norm/offset",
    "gpt, decoder/layer/1/ffn/norm/scale",
    "vit, final/norm/scale",
  })
  void otherNormsCopy(String family, String norm) {
    assertThat(axes(family, norm)).containsExactly(Axis.out("residual"));
  }

  @Test
  void kernelsContractTheirFirstAxisAndMakeTheirSecond() {
    assertThat(axes("gpt", "decoder/layer/0/attention/value/kernel"))
        .containsExactly(Axis.in("residual"), Axis.out("heads", "head_size"));
    assertThat(axes("gpt", "decoder/layer/0/attention/output/kernel"))
        .containsExactly(Axis.in("heads", "head_size"), Axis.out("residual"));
    assertThat(axes("bert", "encoder/layer/0/ffn/output/kernel"))
        .containsExactly(Axis.in("ffn"), Axis.out("residual"));
    assertThat(axes("bert", "embeddings/type/table"))
        .containsExactly(Axis.neither("token_types"), Axis.out("residual"));
  }

  @Test
  void aHeadOfItsOwnSharesSoThatTheNormBeforeItCopies() {
    ModelSpec untied = SmallModels.build("bert", 1, "tied_head=false").spec();
    assertThat(untied.parameter("head/kernel").orElseThrow().axes())
        .containsExactly(Axis.in("residual"), Axis.neither("vocabulary"));
    assertThat(untied.parameter("head/norm/scale").orElseThrow().axes())
        .containsExactly(Axis.out("residual"));
    assertThat(axes("vit", "head/kernel"))
        .containsExactly(Axis.in("residual"), Axis.neither("classes"));
  }

  /** A model of other sizes is what the family builds at those sizes. */
  @ParameterizedTest
  @CsvSource({"bert", "gpt", "vit"})
  void widthGrowthOfTheSpecIsTheFamilyAtThatWidth(String family) {
    ModelSpec grown =
        SmallModels.build(family, 2, "")
            .spec()
            .withBlocks(4)
            .withDimensions(Map.of("residual", 24, "heads", 6, "ffn", 33));
    assertThat(SmallModels.build(family, 4, "").spec().withDimensions(grown.dimensions()))
        .isEqualTo(grown);
    assertThat(FamilyLayout.spec(FamilyOptions.of(grown, 0))).isEqualTo(grown);
  }

  @Test
  void rolesAreTheKnownOnes() {
    assertThat(SmallModels.build("bert", 1, "").spec().parameters())
        .extracting(p -> p.role())
        .contains(
            Roles.EMBEDDING_WORD,
            Roles.EMBEDDING_NORM_SCALE,
            Roles.QUERY_KERNEL,
            Roles.ATTENTION_OUTPUT_BIAS,
            Roles.FFN_INPUT_KERNEL,
            Roles.HEAD_TRANSFORM_KERNEL,
            Roles.HEAD_NORM_OFFSET,
            Roles.HEAD_BIAS);
    assertThat(SmallModels.build("gpt", 1, "").spec().parameters())
        .extracting(p -> p.role())
        .contains(Roles.FINAL_NORM_SCALE, Roles.EMBEDDING_POSITION)
        .doesNotContain(Roles.HEAD_BIAS);
  }

  private static Iterable<Axis> axes(String family, String name) {
    return SmallModels.build(family, 2, "").spec().parameter(name).orElseThrow().axes();
  }
}
