package org.espalier.tf.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.espalier.api.Axis;
import org.espalier.api.AxisMap;
import org.espalier.api.BlockMap;
import org.espalier.api.DType;
import org.espalier.api.Growth;
import org.espalier.api.GrowthPlan;
import org.espalier.api.Initializer;
import org.espalier.api.ModelAttributes;
import org.espalier.api.ModelSpec;
import org.espalier.api.Parameter;
import org.espalier.api.TensorRule;
import org.espalier.api.TensorSource;
import org.espalier.api.WidthPair;
import org.espalier.tf.report.GrowthSources;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.DataType;

final class BlockDiagnosticsTest {
  private static final Map<String, Integer> SIZES =
      Map.of("residual", 2, "ffn", 3, "vocabulary", 5);

  /** An embedding of 10 elements, and blocks of a kernel of 6 and a bias of 3 each. */
  private static final ModelSpec TWO_BLOCKS =
      new ModelSpec(
          "unknown",
          2,
          SIZES,
          List.of(
              parameter("embedding", -1, Axis.neither("vocabulary"), Axis.out("residual")),
              parameter("{block}/kernel", 0, Axis.in("residual"), Axis.out("ffn")),
              parameter("{block}/bias", 0, Axis.out("ffn")),
              parameter("{block}/kernel", 1, Axis.in("residual"), Axis.out("ffn")),
              parameter("{block}/bias", 1, Axis.out("ffn"))),
          ModelAttributes.UNKNOWN);

  private static Parameter parameter(String pattern, int block, Axis... axes) {
    List<Long> shape = List.of(axes).stream().map(axis -> axis.size(SIZES)).toList();
    return new Parameter(pattern, block, "unknown", DType.FLOAT32, shape, List.of(axes), true);
  }

  @Test
  void elementsAreCountedByWhatTheyAreMadeOf() {
    assertThat(PlanSources.of(GrowthPlan.from(TWO_BLOCKS).blocks(4, t -> t % 2).build()))
        .isEqualTo(new GrowthSources(2, 2 / 3.0, 10 + 4 * 9, 0, 0, 0));
    // Three blocks: 0 1 1, the last with a fresh bias and a computed kernel.
    GrowthPlan mixed =
        GrowthPlan.from(TWO_BLOCKS)
            .blocks(3, t -> Math.min(t, 1))
            .rule("2/bias", new TensorRule.Fill(Initializer.zeros(), 0))
            .rule(
                "2/kernel",
                new TensorRule.Compute(
                    "vendor:kernel", List.of(TensorSource.model("1/kernel")), Map.of(), 0))
            .build();
    assertThat(PlanSources.of(mixed)).isEqualTo(new GrowthSources(1, 0.5, 10 + 2 * 9, 0, 3, 6));
    assertThat(PlanSources.of(mixed).oldShare()).isEqualTo(28.0 / 37);
  }

  @Test
  void zerosBesideOldElementsAreFilledIn() {
    // Each block's kernel grows from 2 × 3 to 2 × 5 by zeros, its bias from 3 to 5.
    GrowthSources padded =
        PlanSources.of(
            GrowthPlan.from(TWO_BLOCKS)
                .width("ffn", new WidthPair(AxisMap.pad(3, 5), AxisMap.pad(3, 5)))
                .build());
    assertThat(padded).isEqualTo(new GrowthSources(0, 1, 10, 2 * (6 + 3), 2 * (4 + 2), 0));
  }

  @Test
  void copiesAreThoseOfTheSameBlock() {
    assertThat(BlockCopies.of(List.of())).isEmpty();
    assertThat(BlockCopies.of(List.of(growth(BlockMap.identity(3))))).isEmpty();
    assertThat(BlockCopies.of(List.of(growth(BlockMap.of(2, List.of(0, 1, 1, 0, 1))))))
        .containsExactly(
            new BlockCopies.Copy(1, 2), new BlockCopies.Copy(0, 3), new BlockCopies.Copy(1, 4));
    // 0 1 becomes 0 1 1, then each twice: 0 0 1 1 1 1.
    assertThat(
            BlockCopies.of(
                List.of(
                    growth(BlockMap.of(2, List.of(0, 1, 1))),
                    growth(BlockMap.of(3, List.of(0, 0, 1, 1, 2, 2))))))
        .containsExactly(
            new BlockCopies.Copy(0, 1),
            new BlockCopies.Copy(2, 3),
            new BlockCopies.Copy(2, 4),
            new BlockCopies.Copy(2, 5));
    assertThat(
            BlockCopies.of(
                List.of(
                    growth(
                        new BlockMap(
                            AxisMap.groupMean(4, List.of(List.of(0, 1), List.of(2, 3))))))))
        .isEmpty();
  }

  private static Growth growth(BlockMap map) {
    return new Growth("stack", "1", Map.of(), 0, map, Map.of(), "");
  }

  @Test
  void theDistanceIsRelativeToBoth() {
    assertThat(distance(new double[] {3, 4}, new double[] {3, 4})).isZero();
    assertThat(distance(new double[2], new double[2])).isZero();
    assertThat(distance(new double[] {3, 4}, new double[2])).isEqualTo(2);
    assertThat(distance(new double[] {3, 4}, new double[] {-6, -8})).isEqualTo(2);
    // 2 · √2 / (5 + 5)
    assertThat(distance(new double[] {3, 4}, new double[] {4, 3}))
        .isCloseTo(0.2 * Math.sqrt(2), within(1e-15));
  }

  private static double distance(double[] a, double[] b) {
    RelativeDistance sums = new RelativeDistance();
    for (int i = 0; i < a.length; i++) {
      sums.add(a[i], b[i]);
    }
    return sums.value();
  }

  @Test
  void unitsAreComparedByWhatMakesThem() {
    // Units 0 1 2 of the feed-forward layer are made of 0 1 0 in the smaller model.
    AxisMap copies = AxisMap.selection(2, List.of(0, 1, 0));
    Growth wider =
        new Growth(
            "widen",
            "1",
            Map.of(),
            0,
            BlockMap.identity(2),
            Map.of("ffn", WidthPair.of(copies)),
            "");
    List<UnitCopies> units =
        UnitCopies.of(TWO_BLOCKS, List.of(wider, growth(BlockMap.identity(2))));
    assertThat(units)
        .extracting(unit -> unit.parameter().name(), UnitCopies::axis, UnitCopies::copies)
        .containsExactly(
            tuple("0/kernel", 1, List.of(new BlockCopies.Copy(0, 2))),
            tuple("1/kernel", 1, List.of(new BlockCopies.Copy(0, 2))));
    // Columns (3, 4) and (4, 3) of a kernel [2, 3].
    assertThat(units.get(0).distance(new double[] {3, 9, 4, 4, 9, 3}))
        .isCloseTo(0.2 * Math.sqrt(2), within(1e-15));
    assertThat(units.get(0).distance(new double[] {3, 9, 3, 4, 9, 4})).isZero();
    assertThat(UnitCopies.of(TWO_BLOCKS, List.of(growth(BlockMap.identity(2))))).isEmpty();
  }

  @Test
  void gradientsAreGatheredByBlock() {
    List<ModelVariable> trained =
        List.of(variable("embedding"), variable("1/kernel"), variable("1/bias"));
    assertThat(new BlockGradients(TWO_BLOCKS, trained).norms(List.of(100.0, 9.0, 16.0)))
        .containsExactly(Double.NaN, 5.0);
  }

  private static ModelVariable variable(String name) {
    return new ModelVariable(name, DataType.DT_FLOAT, List.of(), List.of(name));
  }
}
