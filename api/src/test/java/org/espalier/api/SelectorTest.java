package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorTest {
  private static final ModelSpec MODEL = Specs.tiny(6);

  @ParameterizedTest
  @CsvSource({
    "blocks=2, '2'",
    "blocks=1..3, '1 2 3'",
    "blocks=-2.., '4 5'",
    "blocks=4.., '4 5'",
    "blocks=-1, '5'",
    "blocks=1..-4, '1 2'",
    "blocks=9..11, ''",
    "blocks, '0 1 2 3 4 5'"
  })
  void choosesBlocks(String text, String expected) {
    Selector selector = new Selector(text);
    List<String> chosen =
        MODEL.parameters().stream()
            .filter(p -> selector.matches(p, MODEL.blocks()))
            .map(p -> Integer.toString(p.block()))
            .distinct()
            .toList();
    assertThat(String.join(" ", chosen)).isEqualTo(expected);
  }

  @Test
  void choosesRolesAndNames() {
    assertThat(chosen("role=embedding")).containsExactly("wte", "wpe");
    assertThat(chosen("role=embedding.word")).containsExactly("wte");
    assertThat(chosen("role=embed")).isEmpty();
    assertThat(chosen("name=h/1/*/bias")).containsExactly("h/1/fc/bias");
    assertThat(chosen("name=w.e")).isEmpty();
    assertThat(chosen("name=*")).hasSameSizeAs(MODEL.parameters());
    assertThat(chosen("all")).hasSameSizeAs(MODEL.parameters());
  }

  @Test
  void newChoosesTheBlocksThatWereAdded() {
    Set<Integer> added = Set.of(1, 4);
    assertThat(MODEL.parameters())
        .allSatisfy(
            p ->
                assertThat(Selector.NEW.matches(p, MODEL.blocks(), added))
                    .isEqualTo(p.inBlocks() && added.contains(p.block())));
    assertThat(chosen("new")).isEmpty();
    TrainableSet old = new TrainableSet(List.of(new Selector("blocks")), List.of(Selector.NEW));
    assertThat(MODEL.parameters().stream().filter(p -> old.contains(p, MODEL, added)))
        .extracting(Parameter::block)
        .containsOnly(0, 2, 3, 5);
  }

  @Test
  void aFrozenParameterIsNeverTrained() {
    assertThat(MODEL.parameters().stream().filter(p -> TrainableSet.ALL.contains(p, MODEL)))
        .hasSize(MODEL.parameters().size() - 1)
        .noneMatch(p -> p.name().equals("counter"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ALL",
        "new=",
        "NEW",
        "all=",
        "blocks=",
        "blocks=a",
        "blocks=1..2..3",
        "blocks=1-3",
        "role=",
        "name=",
        "blocks=99999999999",
        "blocks=3..1",
        "blocks=-1..-3",
        "layer=3"
      })
  void refusesWhatSelectsNothing(String text) {
    assertThatThrownBy(() -> new Selector(text))
        .isExactlyInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }

  private static List<String> chosen(String text) {
    return MODEL.parameters().stream()
        .filter(p -> new Selector(text).matches(p, MODEL.blocks()))
        .map(Parameter::name)
        .toList();
  }
}
