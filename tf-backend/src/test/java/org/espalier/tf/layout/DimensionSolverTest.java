package org.espalier.tf.layout;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.espalier.api.Axis;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Sizes of dimensions")
class DimensionSolverTest {
  @Test
  @DisplayName("follow from axes, whatever their order, once all factors but one are known")
  void solves() {
    DimensionSolver solver = new DimensionSolver(Map.of("heads", 3));
    solver.add(Axis.out("heads", "head_size").repeated(3), 45, "qkv");
    solver.add(Axis.out("units", "residual"), 28, "odd");
    solver.add(Axis.in("residual"), 7, "kernel");

    assertThat(solver.solve()).isEmpty();
    assertThat(solver.sizes())
        .isEqualTo(Map.of("heads", 3, "head_size", 5, "residual", 7, "units", 4));
  }

  @Test
  @DisplayName("stay open where two factors are unknown")
  void staysOpen() {
    DimensionSolver solver = new DimensionSolver(Map.of());
    solver.add(Axis.out("heads", "head_size"), 12, "query");

    assertThat(solver.solve()).isEmpty();
    assertThat(solver.unsolved()).containsExactlyInAnyOrder("heads", "head_size");
  }

  @Test
  @DisplayName("that contradict each other are named with the parameter")
  void contradicts() {
    DimensionSolver solver = new DimensionSolver(Map.of("heads", 5));
    solver.add(Axis.in("residual"), 7, "kernel");
    solver.add(Axis.out("residual"), 8, "bias");

    assertThat(solver.solve().orElseThrow()).contains("'bias'", "8", "7");
  }

  @Test
  @DisplayName("do not round: a size that its factors do not divide is a contradiction or open")
  void doesNotRound() {
    DimensionSolver solver = new DimensionSolver(Map.of("heads", 5));
    solver.add(Axis.out("heads", "head_size"), 12, "query");

    assertThat(solver.solve()).isEmpty();
    assertThat(solver.unsolved()).containsExactly("head_size");
  }
}
