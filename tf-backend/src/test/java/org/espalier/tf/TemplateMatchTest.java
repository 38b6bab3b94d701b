package org.espalier.tf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.espalier.api.Axis;
import org.espalier.api.DType;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.Roles;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The parameters of a template and a plan")
class TemplateMatchTest {
  @Test
  void areMatchedButForStateThatPythonNumbers() {
    ModelSpec plan = model(parameter("table", DType.FLOAT32), parameter("seed_1", DType.UINT32));
    ModelSpec template =
        model(parameter("table", DType.FLOAT32), parameter("seed_7", DType.UINT32));
    TemplateMatch match = TemplateMatch.of(template, plan, Parameter::name);
    assertThat(match.isWhole()).isTrue();
    assertThat(match.found()).containsOnlyKeys("table");
  }

  @Test
  void areMissingAndSurplusWhereTheyAreWeights() {
    ModelSpec plan = model(parameter("table", DType.FLOAT32), parameter("old", DType.FLOAT32));
    ModelSpec template = model(parameter("table", DType.FLOAT32), parameter("new", DType.FLOAT32));
    TemplateMatch match = TemplateMatch.of(template, plan, Parameter::name);
    assertThat(match.missing()).containsExactly("old");
    assertThat(match.surplus()).containsExactly("new");
  }

  @Test
  void areNotMatchedWhereAPlaceIsTakenTwice() {
    ModelSpec both = model(parameter("one", DType.FLOAT32), parameter("two", DType.FLOAT32));
    TemplateMatch match = TemplateMatch.of(both, both, parameter -> "the same");
    assertThat(match.found()).isEmpty();
    assertThat(match.missing()).containsExactly("one", "two");
  }

  private static ModelSpec model(Parameter... parameters) {
    return new ModelSpec(
        "unknown", 0, Map.of(), Arrays.asList(parameters), ModelAttributes.UNKNOWN);
  }

  private static Parameter parameter(String name, DType dtype) {
    return new Parameter(
        name, Parameter.OUTSIDE, Roles.UNKNOWN, dtype, List.of(2L), List.of(Axis.opaque()), true);
  }
}
