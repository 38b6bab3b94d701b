package org.espalier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.espalier.tf.report.EvalPoint;
import org.espalier.tf.report.Growth;
import org.espalier.tf.report.RunEvent;
import org.espalier.tf.report.RunPosition;
import org.espalier.tf.report.StageStart;
import org.espalier.tf.report.TrainPoint;
import org.junit.jupiter.api.Test;

class StageTableTest {
  private static final List<RunEvent> EVENTS =
      List.of(
          start(at(0, 0, 1), "small", 3, 10),
          new EvalPoint(at(0, 0, 2), 5.5),
          new TrainPoint(at(0, 5, 6), 5, 1e-3, 1, 100),
          // Killed and resumed here.
          start(at(0, 5, 6), "small", 3, 10),
          new EvalPoint(at(0, 10, 11), 4.25),
          new Growth(
              at(1, 10, 12),
              "stack",
              "1",
              Map.of(),
              "",
              3,
              6,
              List.of(0, 1, 2, 0, 1, 2),
              Optional.empty()),
          start(at(1, 10, 12), "large", 6, 20),
          new EvalPoint(at(1, 10, 13), Double.NaN),
          new TrainPoint(at(1, 30, 73), 4, 1e-3, 1, 100));

  @Test
  void tellsLossesTimesAndOperationsOfEachStage() {
    assertThat(StageTable.of(EVENTS).lines())
        .containsExactly(
            "stage  blocks  parameters  steps  held-out loss      ->       time  training FLOPs",
            "small       3         300     10         5.5000  4.2500     10.0 s          1.00 G",
            "large       6         600     20%s1 min 1 s          2.00 G"
                .formatted(" ".repeat(25)));
  }

  @Test
  void hasTheSameForPrograms() {
    List<Map<String, Object>> stages = StageTable.of(EVENTS).fields();
    assertThat(stages).hasSize(2);
    assertThat(stages.get(0))
        .containsEntry("name", "small")
        .containsEntry("steps", 10L)
        .containsEntry("held_out_loss_start", 5.5)
        .containsEntry("held_out_loss_end", 4.25)
        .containsEntry("seconds", 10.0);
    assertThat(stages.get(1)).as("JSON has no NaN").containsEntry("held_out_loss_end", null);
  }

  private static RunPosition at(int stage, long step, double seconds) {
    return new RunPosition(stage, step, step * 64, seconds, (double) step * 1e8);
  }

  private static StageStart start(RunPosition at, String name, int blocks, long steps) {
    return new StageStart(at, name, blocks, blocks * 100L, blocks * 100L, steps, 1, 64, 3e7, 7e7);
  }
}
