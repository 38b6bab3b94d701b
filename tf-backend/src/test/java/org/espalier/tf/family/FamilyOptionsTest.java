package org.espalier.tf.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelAttributes.Activation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Sizes and choices of a model from text")
class FamilyOptionsTest {

  @ParameterizedTest
  @CsvSource({
    "bert, tiny, 2, 128, 2, 512",
    "bert, base, 12, 768, 12, 3072",
    "bert, large, 24, 1024, 16, 4096",
    "gpt, small, 12, 768, 12, 3072",
    "gpt, large, 36, 1280, 20, 5120",
    "vit, tiny, 12, 192, 3, 768",
  })
  void presetsAreThoseOfThePapers(
      String family, String preset, int blocks, int residual, int heads, int ffn) {
    ModelSizes sizes = FamilyOptions.parse(family, Map.of("preset", preset)).sizes();
    assertThat(sizes.blocks()).isEqualTo(blocks);
    assertThat(sizes.residual()).isEqualTo(residual);
    assertThat(sizes.heads()).isEqualTo(heads);
    assertThat(sizes.ffn()).isEqualTo(ffn);
  }

  /** 109 482 240 weights of BERT-Base's encoder less its pooler, and the head for masked tokens. */
  @Test
  void bertBaseHasAsManyParametersAsInThePaper() {
    long pooler = 768 * 768 + 768;
    long head = 768 * 768 + 768 + 2 * 768 + 30522;
    FamilyOptions options = FamilyOptions.parse("bert", Map.of("preset", "base"));
    assertThat(FamilyLayout.spec(options).parameterCount()).isEqualTo(109_482_240 - pooler + head);
  }

  @Test
  void gpt2HasAsManyParametersAsItsCheckpoint() {
    FamilyOptions options = FamilyOptions.parse("gpt", Map.of("preset", "small"));
    assertThat(FamilyLayout.spec(options).parameterCount()).isEqualTo(124_439_808);
  }

  /** Table 1 of the DeiT paper: 5 M, 22 M and 86 M; exact numbers of its published checkpoints. */
  @ParameterizedTest
  @CsvSource({"tiny, 5717416", "small, 22050664", "base, 86567656"})
  void deitHasAsManyParametersAsItsCheckpoints(String preset, long parameters) {
    FamilyOptions options = FamilyOptions.parse("vit", Map.of("preset", preset));
    assertThat(FamilyLayout.spec(options).parameterCount()).isEqualTo(parameters);
  }

  @Test
  void aSettingChangesAPreset() {
    FamilyOptions options =
        FamilyOptions.parse(
            "bert",
            Map.of(
                "preset", "tiny",
                "blocks", "3",
                "residual", "96",
                "heads", "3",
                "vocabulary", "8_192",
                "dtype", "float64",
                "activation", "gelu_tanh",
                "norm_epsilon", "1e-6",
                "dropout", "0"));
    assertThat(options)
        .isEqualTo(
            new FamilyOptions(
                Family.BERT,
                new ModelSizes(3, 96, 3, 32, 384, 8192, 512, 2),
                Activation.GELU_TANH,
                DType.FLOAT64,
                0,
                1e-6,
                true,
                false));
  }

  @Test
  void defaultsAreThoseOfThePapers() {
    Map<String, String> sizes = Map.of("blocks", "1", "residual", "10", "heads", "5");
    FamilyOptions bert = FamilyOptions.parse("bert", sizes);
    assertThat(bert.sizes()).isEqualTo(new ModelSizes(1, 10, 5, 2, 40, 30522, 512, 2));
    assertThat(bert.normEpsilon()).isEqualTo(1e-12);
    assertThat(bert.dropout()).isEqualTo(0.1);
    FamilyOptions gpt = FamilyOptions.parse("gpt", sizes);
    assertThat(gpt.sizes()).isEqualTo(new ModelSizes(1, 10, 5, 2, 40, 50257, 1024, 0));
    assertThat(gpt.normEpsilon()).isEqualTo(1e-5);
  }

  @Test
  void headsMayBeWiderThanTheirShareOfTheStream() {
    ModelSizes sizes =
        FamilyOptions.parse(
                "gpt", Map.of("blocks", "1", "residual", "10", "heads", "3", "head_size", "8"))
            .sizes();
    assertThat(sizes.attention()).isEqualTo(24);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "t5   | preset=tiny | No model family 't5'; choose one of bert, gpt, vit",
        "bert | preset=huge | No preset 'huge' of family bert; choose one of tiny, mini, small,"
            + " medium, base, large, or give blocks, residual and heads",
        "bert | preset=tiny;layers=3 | No setting 'layers' of family bert; choose from preset,"
            + " blocks, residual, heads, head_size, ffn, activation, dtype, dropout, norm_epsilon,"
            + " vocabulary, positions, token_types, tied_head, pooler",
        "vit  | preset=tiny;positions=3 | No setting 'positions' of family vit; choose from preset,"
            + " blocks, residual, heads, head_size, ffn, activation, dtype, dropout, norm_epsilon,"
            + " image, patch, channels, classes",
        "vit  | preset=tiny;patch=15 | image 224 is not divisible by patch 15; change one of them",
        "gpt  | preset=tiny;pooler=true | pooler is true, but a gpt has none; leave it out",
        "bert | preset=tiny;tied_head=no | tied_head is 'no', but must be true or false",
        "bert | blocks=3 | A bert needs a preset (tiny, mini, small, medium, base, large) or"
            + " blocks, residual and heads; residual is missing",
        "bert | preset=tiny;heads=3 | residual 128 is not divisible by 3 heads; change one of"
            + " them, or give head_size",
        "bert | preset=tiny;heads=0 | residual is 128 and heads is 0, but both must be at least 1",
        "bert | preset=tiny;blocks=0 | blocks is 0, but must be from 1 to 10000",
        "bert | preset=tiny;blocks=two | blocks is 'two', but must be a whole number up to"
            + " 2147483647",
        "bert | preset=tiny;vocabulary=1 | vocabulary is 1, but must be from 2 to 2147483647",
        "bert | preset=tiny;token_types=0 | token_types is 0, but a bert needs at least 1",
        "gpt  | preset=tiny;token_types=2 | token_types is 2, but a gpt has none; leave it out",
        "gpt  | preset=tiny;activation=relu | activation is 'relu', but must be gelu or gelu_tanh",
        "gpt  | preset=tiny;dtype=int8 | dtype is 'int8', but must be float32 or float64",
        "gpt  | preset=tiny;dropout=1 | dropout is 1.0, but must be from 0 to below 1",
        "gpt  | preset=tiny;dropout=NaN | dropout is NaN, but must be from 0 to below 1",
        "gpt  | preset=tiny;dropout=x | dropout is 'x', but must be a number such as 0.1",
        "gpt  | preset=tiny;norm_epsilon=0 | norm_epsilon is 0.0, but must be above 0 and below 1",
      })
  void wrongSettingsAreNamed(String family, String settings, String message) {
    assertThatThrownBy(() -> FamilyOptions.parse(family, SmallModels.settings(settings)))
        .isInstanceOf(EspalierException.class)
        .hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource({
    "bert, blocks=2;residual=12;heads=3;head_size=5;dropout=0.2",
    "bert, preset=tiny;pooler=true;dropout=0.2",
    "gpt, preset=tiny;tied_head=false;dropout=0.2",
    "vit, preset=tiny;image=64;patch=8;channels=1;classes=7;dropout=0.2",
  })
  void aSpecSaysAllButTheDropoutRate(String family, String settings) {
    FamilyOptions options = FamilyOptions.parse(family, SmallModels.settings(settings));
    assertThat(FamilyOptions.of(FamilyLayout.spec(options), 0.2)).isEqualTo(options);
  }
}
