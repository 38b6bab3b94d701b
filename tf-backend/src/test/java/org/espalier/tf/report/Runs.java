package org.espalier.tf.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Events of made-up runs. */
final class Runs {
  private Runs() {}

  static RunPosition at(int stage, long step) {
    return new RunPosition(stage, step, step * 4_096, step * 0.25, step * 3e9 * (stage + 1));
  }

  static TrainPoint train(int stage, long step, double loss) {
    return new TrainPoint(at(stage, step), loss, 1e-3, 0.9, 16_384);
  }

  static EvalPoint eval(int stage, long step, double loss) {
    return new EvalPoint(at(stage, step), loss);
  }

  static StageStart stage(int stage, long step, String name, int blocks, long steps) {
    return new StageStart(
        at(stage, step), name, blocks, 1_000L * blocks, 1_000L * blocks, steps, 16, 128, 1e9, 2e9);
  }

  static Growth growth(int stage, long step, int before, int after) {
    List<Integer> map = new ArrayList<>();
    for (int block = 0; block < after; block++) {
      map.add(block % before);
    }
    return new Growth(
        at(stage, step),
        "stack",
        "0.1.0",
        Map.of("factor", "2"),
        "",
        before,
        after,
        map,
        Optional.of(new GrowthSources(after - before, 0.8, 600, 300, 75, 25)));
  }

  static List<RunEvent> twoStages() {
    return twoStages(20);
  }

  /** Two stages of {@code steps} steps with a growth between them. */
  static List<RunEvent> twoStages(int steps) {
    List<RunEvent> events = new ArrayList<>();
    for (int stage = 0; stage < 2; stage++) {
      long first = stage * (long) steps;
      if (stage > 0) {
        events.add(growth(stage, first, 3, 6));
      }
      events.add(stage(stage, first, "stage-" + stage, 3 << stage, steps));
      events.add(eval(stage, first, 5.0 - stage));
      if (stage > 0) {
        events.add(new GrowthLoss(at(stage, first), 4.0, 4.25));
        events.add(
            new BlockPoint(
                at(stage, first), OptionalDouble.of(0), OptionalDouble.empty(), List.of()));
      }
      for (long step = first + 1; step <= first + steps; step++) {
        events.add(train(stage, step, 5.0 - step * 0.05));
      }
      events.add(eval(stage, first + steps, 4.0 - stage));
      events.add(
          new BlockPoint(
              at(stage, first + steps),
              stage > 0 ? OptionalDouble.of(0.125) : OptionalDouble.empty(),
              stage > 0 ? OptionalDouble.of(0.25) : OptionalDouble.empty(),
              Collections.nCopies(3 << stage, stage + 0.123456789)));
    }
    return events;
  }
}
