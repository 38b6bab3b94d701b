package org.espalier.tf.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.espalier.api.Axis;
import org.espalier.api.EspalierException;
import org.espalier.api.ModelAttributes;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("Layouts as files")
class LayoutYamlTest {
  private static final String LAYOUT =
      """
      layout: mine
      about: Models of mine
      family: gpt
      by: name
      attributes: {norm: pre, activation: gelu-tanh, tied-head: true, causal: true}
      constants: {heads: block_0/heads}
      parameters:
        "h_{block}/qkv/kernel": {role: attention.qkv.kernel, axes: [IN residual, OUT heads*head_size + heads*head_size]}
        "h_{block}/qkv/bias": {role: attention.qkv.bias, axes: ["-", OUT heads*head_size + heads*head_size]}
        "*/table": {role: embedding.word, axes: [vocabulary, OUT residual]}
      """;

  @Test
  @DisplayName("say what parameters are for, and what their axes run over")
  void reads() {
    Layout layout = LayoutYaml.parse("mine.yaml", LAYOUT);

    assertThat(layout.family()).isEqualTo("gpt");
    assertThat(layout.attributes().norm()).isEqualTo(ModelAttributes.NormPlacement.PRE);
    assertThat(layout.attributes().activation()).isEqualTo(ModelAttributes.Activation.GELU_TANH);
    assertThat(entry(layout, "attention.qkv.kernel").axes())
        .isEqualTo(List.of(Axis.in("residual"), Axis.out("heads", "head_size").repeated(2)));
    assertThat(entry(layout, "attention.qkv.bias").axes().get(0).isOpaque()).isTrue();
    assertThat(entry(layout, "embedding.word").axes().get(0)).isEqualTo(Axis.neither("vocabulary"));
  }

  @Test
  @DisplayName("are about the end of a name, from a slash on")
  void matches() {
    LayoutEntry kernel = entry(LayoutYaml.parse("mine.yaml", LAYOUT), "attention.qkv.kernel");
    LayoutEntry table = entry(LayoutYaml.parse("mine.yaml", LAYOUT), "embedding.word");

    assertThat(kernel.block("model/h_12/qkv/kernel")).hasValue(12);
    assertThat(kernel.block("h_0/qkv/kernel")).hasValue(0);
    assertThat(kernel.block("model/xh_12/qkv/kernel")).isEmpty();
    assertThat(kernel.block("h_012/qkv/kernel")).isEmpty();
    assertThat(kernel.block("h_1/qkv/kernel/m")).isEmpty();
    assertThat(table.block("model/words/table")).hasValue(-1);
    assertThat(table.block("table")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          norm: pre            | norm: middle     | attributes.norm is middle, must be one of pre, post, unknown
          tied-head: true      | tied-head: maybe | attributes.tied-head is maybe, must be true or false
          OUT residual         | MADE residual    | 'MADE residual', but an axis is '-', or dimensions
          by: name             | by: number       | by is number, must be one of name, path
          family: gpt          | famly: gpt       | famly is no field (did you mean 'family'?)
          role: embedding.word | rol: x           | rol is no field (did you mean 'role'?)
          """)
  @DisplayName("name the file and the field that is wrong")
  void refuses(String right, String wrong, String message) {
    assertThatThrownBy(() -> LayoutYaml.parse("mine.yaml", LAYOUT.replace(right, wrong)))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("Layout mine.yaml: ")
        .hasMessageContaining(message);
  }

  private static LayoutEntry entry(Layout layout, String role) {
    return layout.entries().stream().filter(e -> e.role().equals(role)).findFirst().orElseThrow();
  }
}
