package org.espalier.operators;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.function.IntUnaryOperator;
import org.espalier.api.GrowthPlan;
import org.espalier.api.HostTensor;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.ReferenceExecutor;
import org.espalier.api.TensorRule;

/** What holds for every operator that only adds copies of blocks. */
final class DepthChecks {
  private DepthChecks() {}

  static void check(GrowthPlan plan, int blocks, IntUnaryOperator source) {
    ModelSpec before = plan.from();
    ModelSpec after = plan.to();
    assertThat(after.blocks()).isEqualTo(blocks);
    assertThat(after.dimensions()).isEqualTo(before.dimensions());
    assertThat(after.attributes()).isEqualTo(before.attributes());
    assertThat(plan.claims()).isEmpty();
    assertThat(plan.rules().values()).allMatch(rule -> rule instanceof TensorRule.Copy);
    long perBlock = before.parametersOf(0).stream().mapToLong(Parameter::elements).sum();
    assertThat(after.parameterCount())
        .isEqualTo(before.parameterCount() + (blocks - before.blocks()) * perBlock);

    Map<String, HostTensor> old = Models.tensors(before);
    Map<String, HostTensor> made = new ReferenceExecutor().execute(plan, old);
    for (Parameter parameter : after.parameters()) {
      String from =
          parameter.inBlocks()
              ? parameter.nameIn(source.applyAsInt(parameter.block()))
              : parameter.name();
      assertThat(made.get(parameter.name())).as(parameter.name()).isEqualTo(old.get(from));
    }
  }
}
