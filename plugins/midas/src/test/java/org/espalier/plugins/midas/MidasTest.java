package org.espalier.plugins.midas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.espalier.api.Axis;
import org.espalier.api.DType;
import org.espalier.api.EspalierException;
import org.espalier.api.GrowthPlan;
import org.espalier.api.HostTensor;
import org.espalier.api.Lineage;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.OperatorRegistry;
import org.espalier.api.Parameter;
import org.espalier.api.ReferenceExecutor;
import org.espalier.api.TensorRule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MidasTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 0 0",
    "3, 1, 0 1 1 2",
    "4, 1, 0 1 1 2 3",
    "6, 2, 0 1 2 3 2 3 4 5",
    "8, 2, 0 1 2 3 2 3 4 5 6 7",
    "6, 6, 0 1 2 3 4 5 0 1 2 3 4 5",
    "9, 3, 0 1 2 3 4 5 3 4 5 6 7 8"
  })
  void theMiddleGroupComesTwice(int blocks, int size, String expected) {
    GrowthPlan plan = plan(blocks, Map.of("block", Integer.toString(size)));
    assertThat(plan.to().blocks()).isEqualTo(blocks + size);
    assertThat(plan.rules().values()).allMatch(rule -> rule instanceof TensorRule.Copy);
    Map<String, HostTensor> before = new LinkedHashMap<>();
    for (int b = 0; b < blocks; b++) {
      before.put("layer/" + b + "/w", HostTensor.of(DType.FLOAT32, List.of(1L), b));
    }
    Map<String, HostTensor> after = new ReferenceExecutor().execute(plan, before);
    List<String> sources =
        after.values().stream().map(tensor -> Integer.toString((int) tensor.at(0))).toList();
    assertThat(String.join(" ", sources)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          6 | 4 | operator 'espalier:midas': block is 4, must divide the number of blocks, 6
          6 | 0 | operator 'espalier:midas': block is 0, must be at least 1
          0 | 1 | operator 'espalier:midas': block is 1, must divide the number of blocks, 0
          """)
  void badGroupsAreNamed(int blocks, String size, String message) {
    assertThatThrownBy(() -> plan(blocks, Map.of("block", size)))
        .isInstanceOf(EspalierException.class)
        .hasMessage(message);
  }

  @Test
  void theGroupSizeMustBeGiven() {
    assertThatThrownBy(() -> plan(4, Map.of()))
        .hasMessage("operator 'espalier:midas': option 'block' is missing, must be an integer");
  }

  private static GrowthPlan plan(int blocks, Map<String, String> options) {
    List<Parameter> parameters =
        IntStream.range(0, blocks)
            .mapToObj(
                b ->
                    new Parameter(
                        "layer/{block}/w",
                        b,
                        "ffn",
                        DType.FLOAT32,
                        List.of(1L),
                        List.of(Axis.opaque()),
                        true))
            .toList();
    ModelSpec model = new ModelSpec("gpt", blocks, Map.of(), parameters, ModelAttributes.UNKNOWN);
    return OperatorRegistry.of(new Midas())
        .find("espalier:midas")
        .plan(model, options, 0, Lineage.empty(), Map.of());
  }
}
