package org.espalier.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferenceExecutorTest {
  private static final Parameter TARGET =
      new Parameter(
          "w",
          Parameter.OUTSIDE,
          Roles.UNKNOWN,
          DType.FLOAT32,
          List.of(2L, 3L),
          List.of(Axis.opaque(), Axis.opaque()),
          true);
  private static final Map<String, HostTensor> MODEL =
      Map.of(
          "a", HostTensor.of(DType.FLOAT32, List.of(2L, 2L), 1, 2, 3, 4),
          "b", HostTensor.of(DType.FLOAT32, List.of(2L, 3L), 1e-3, 2, 3, 4, 5, 6));
  private static final Map<String, Map<String, HostTensor>> REFERENCES =
      Map.of(
          "fine",
          Map.of("b", HostTensor.of(DType.FLOAT32, List.of(2L, 3L), 10, 20, 30, 40, 50, 60)));

  @Test
  void combineSumsTermsWithAMapPerAxis() {
    AxisMap rows =
        AxisMap.matrix(
            2,
            List.of(
                List.of(new AxisMap.Entry(0, 1), new AxisMap.Entry(1, 10)),
                List.of(new AxisMap.Entry(1, -1))));
    AxisMap columns = AxisMap.selection(2, List.of(1, 0, 1));
    TensorRule rule =
        new TensorRule.Combine(
            List.of(
                new TensorRule.Term(TensorSource.model("a"), 2, List.of(rows, columns)),
                new TensorRule.Term(new TensorSource.FromReference("fine", "b"), 0.5, List.of())));
    // rows·a = [31 42; -3 -4], then columns (1, 0, 1), doubled, plus half of the reference.
    assertThat(make(rule).values())
        .containsExactly(84 + 5, 62 + 10, 84 + 15, -8 + 20, -6 + 25, -8 + 30);
  }

  @Test
  void combineRoundsOnceAtTheEnd() {
    TensorSource b = TensorSource.model("b");
    TensorRule rule =
        new TensorRule.Combine(
            List.of(
                new TensorRule.Term(b, 1e9, List.of()),
                new TensorRule.Term(b, 1, List.of()),
                new TensorRule.Term(b, -1e9, List.of())));
    // In float32 the middle term would be lost.
    assertThat(make(rule).at(1)).isEqualTo(2);
  }

  @Test
  void fillAndRandomTermsDrawTheStreamOfTheParameter() {
    Initializer uniform = new Initializer.Uniform(2, 3);
    SeededRandom stream = SeededRandom.of(9).stream("w");
    HostTensor filled = make(new TensorRule.Fill(uniform, 9));
    HostTensor summed =
        make(
            new TensorRule.Combine(
                List.of(new TensorRule.Term(new TensorSource.Random(uniform, 9), -2, List.of()))));
    for (int i = 0; i < 6; i++) {
      assertThat(filled.at(i)).isEqualTo((float) (2 + stream.uniform(i)));
      assertThat(summed.at(i)).isEqualTo((float) (-2 * (2 + stream.uniform(i))));
    }
  }

  @Test
  void computeAsksTheKernel() {
    TensorKernel kernel =
        new TensorKernel() {
          @Override
          public String id() {
            return "acme:scale";
          }

          @Override
          public HostTensor compute(
              Parameter target, List<HostTensor> sources, Map<String, String> options, long seed) {
            double factor = Double.parseDouble(options.get("factor")) + seed;
            double[] values = sources.get(0).values();
            for (int i = 0; i < values.length; i++) {
              values[i] *= factor;
            }
            return HostTensor.of(target.dtype(), sources.get(0).shape(), values);
          }
        };
    ReferenceExecutor executor = new ReferenceExecutor(KernelRegistry.of(kernel));
    assertThat(make(executor, compute("acme:scale", "b")).at(5)).isEqualTo(6 * 5);
    assertThatThrownBy(() -> make(executor, compute("acme:scale", "a")))
        .hasMessage("'w' must be FLOAT32 [2, 3], but what was made of it is FLOAT32 [2, 2]");
    assertThatThrownBy(() -> make(executor, compute("acme:scales", "b")))
        .isInstanceOf(EspalierException.class)
        .hasMessageStartingWith("No kernel 'acme:scales'. Did you mean 'acme:scale'?\n");
    assertThatThrownBy(() -> KernelRegistry.of(kernel, kernel))
        .hasMessageContaining("acme:scale - is claimed by");
  }

  private static TensorRule compute(String kernel, String source) {
    return new TensorRule.Compute(
        kernel, List.of(TensorSource.model(source)), Map.of("factor", "3"), 2);
  }

  @Test
  void missingAndUnfittingTensorsAreNamed() {
    assertThatThrownBy(() -> make(TensorRule.copy("c"))).hasMessageContaining("parameter=c");
    assertThatThrownBy(() -> make(new TensorRule.Copy(new TensorSource.FromReference("x", "b"))))
        .hasMessageContaining("reference=x");
    assertThatThrownBy(
            () ->
                make(
                    new TensorRule.Combine(
                        List.of(new TensorRule.Term(TensorSource.model("a"), 1, List.of())))))
        .isInstanceOf(EspalierException.class)
        .hasMessageContaining("it got [2, 2] and must make [2, 3]");
  }

  private static HostTensor make(TensorRule rule) {
    return make(new ReferenceExecutor(), rule);
  }

  private static HostTensor make(ReferenceExecutor executor, TensorRule rule) {
    return executor.execute(Map.of("w", TARGET), Map.of("w", rule), MODEL, REFERENCES).get("w");
  }
}
