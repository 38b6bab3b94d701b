package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ModelSpecTest {
  @Provide
  Arbitrary<ModelSpec> spec() {
    return Specs.any();
  }

  /** However the number of blocks is reached, the spec is the one built with it. */
  @Property
  void blocksGrowAndShrink(
      @ForAll("spec") ModelSpec spec, @ForAll @IntRange(min = 1, max = 9) int count) {
    ModelSpec other = spec.withBlocks(count);
    assertThat(other.blocks()).isEqualTo(count);
    assertThat(other.withBlocks(spec.blocks())).isEqualTo(spec);
    assertThat(other.parametersOf(count - 1).stream().map(p -> p.inBlock(0)))
        .isEqualTo(spec.parametersOf(0));
    long perBlock = spec.parametersOf(0).stream().mapToLong(Parameter::elements).sum();
    assertThat(other.parameterCount())
        .isEqualTo(spec.parameterCount() + (count - spec.blocks()) * perBlock);
    assertThat(other.parameters().get(0).name()).isEqualTo("wte");
    assertThat(other.parameters().get(other.parameters().size() - 1).name()).isEqualTo("counter");
  }

  @Property
  void widthChangesShapesThroughTheAxes(@ForAll("spec") ModelSpec spec) {
    int heads = spec.dimension("heads") + 1;
    ModelSpec wide = spec.withDimensions(Map.of("heads", heads));
    long size = (long) heads * spec.dimension("head_size");
    assertThat(wide.parameter("h/0/qkv/kernel").orElseThrow().shape())
        .containsExactly((long) spec.dimension("residual"), 3 * size);
    assertThat(wide.parameter("wpe")).isEqualTo(spec.parameter("wpe"));
  }

  @Example
  void specsThatDoNotFitAreRefused() {
    ModelSpec spec = Specs.tiny(2);
    assertThatThrownBy(() -> spec.withBlocks(0)).isInstanceOf(EspalierException.class);
    assertThatThrownBy(() -> spec.withDimensions(Map.of("depth", 3)))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("no dimension 'depth'");
    assertThatThrownBy(() -> spec.withDimensions(Map.of("ffn", 0)))
        .hasMessage("dimension 'ffn' has the size 0");

    List<Parameter> twice = new ArrayList<>(spec.parameters());
    twice.add(twice.get(0));
    assertThatThrownBy(() -> with(spec, 2, twice)).hasMessage("two parameters have the same name");

    List<Parameter> uneven = new ArrayList<>(spec.parameters());
    uneven.removeIf(p -> p.name().equals("h/1/fc/bias"));
    assertThatThrownBy(() -> with(spec, 2, uneven))
        .hasMessage("blocks 0 and 1 hold other parameters");
    assertThatThrownBy(() -> with(spec, 1, spec.parameters()))
        .hasMessageContaining("beyond the last");
    assertThatThrownBy(() -> with(spec, 3, spec.parameters()))
        .hasMessage("blocks 0 and 2 hold other parameters");
    assertThatThrownBy(() -> with(spec, Integer.MAX_VALUE, List.of()))
        .hasMessageContaining("holds no parameters");
    Parameter bias = spec.parameter("h/0/fc/bias").orElseThrow();
    assertThatThrownBy(() -> bias.withShape(List.of(Long.MAX_VALUE / 2)))
        .hasMessageContaining("more bytes than can be counted");
    assertThatThrownBy(
            () ->
                with(
                    spec,
                    0,
                    List.of(
                        new Parameter(
                            "x",
                            -1,
                            "r",
                            DType.FLOAT32,
                            List.of(4L),
                            List.of(Axis.out("ffn")),
                            true))))
        .hasMessage("axis 0 of 'x' is OUT ffn = 5, but its size is 4");
  }

  private static ModelSpec with(ModelSpec spec, int blocks, List<Parameter> parameters) {
    return new ModelSpec(spec.family(), blocks, spec.dimensions(), parameters, spec.attributes());
  }
}
