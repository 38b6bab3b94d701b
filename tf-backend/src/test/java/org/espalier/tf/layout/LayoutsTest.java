package org.espalier.tf.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.espalier.api.EspalierException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Layouts of class loaders")
class LayoutsTest {
  private static final String LAYOUT =
      """
      layout: %s
      about: %s
      family: gpt
      by: path
      attributes: {norm: pre, activation: relu, tied-head: false, causal: true}
      parameters:
        "blocks/{block}/kernel": {role: ffn.input.kernel, axes: [IN residual, OUT ffn]}
      """;

  @TempDir private Path jar;

  @Test
  @DisplayName("ship with Espalier, each whole and under a name of its own")
  void ship() {
    List<Layout> all = Layouts.discover(List.of(Layouts.class.getClassLoader())).all();

    assertThat(all)
        .extracting(Layout::id)
        .contains("hf-bert", "hf-gpt2", "hf-vit", "kerashub-bert")
        .doesNotHaveDuplicates();
    assertThat(all).allSatisfy(layout -> assertThat(layout.entries()).hasSizeGreaterThan(10));
  }

  @Test
  @DisplayName("come from plugins too, in the place of one of the same name")
  void plugins() throws IOException {
    write("layouts/mine.yaml", LAYOUT.formatted("mine", "Mine"));
    write("layouts/gpt2.yaml", LAYOUT.formatted("hf-gpt2", "A better one"));
    write(Layouts.INDEX, "# two\nlayouts/mine.yaml\nlayouts/gpt2.yaml # instead\n");

    List<Layout> all = discover();

    assertThat(all).extracting(Layout::id).contains("mine", "hf-bert").doesNotHaveDuplicates();
    assertThat(all)
        .filteredOn(layout -> layout.id().equals("hf-gpt2"))
        .extracting(Layout::about)
        .containsExactly("A better one");
  }

  @Test
  @DisplayName("that are listed but not there are an error")
  void missing() throws IOException {
    write(Layouts.INDEX, "layouts/mine.yaml\n");

    assertThatThrownBy(this::discover)
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("lists the layout layouts/mine.yaml, which is not there");
  }

  private List<Layout> discover() throws IOException {
    ClassLoader own = Layouts.class.getClassLoader();
    try (URLClassLoader plugin = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      return Layouts.discover(List.of(own, plugin)).all();
    }
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(jar.resolve(name).getParent());
    Files.writeString(jar.resolve(name), text);
  }
}
